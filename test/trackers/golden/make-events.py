"""Writes events.tfevents with tensorboard 2.21.0 itself: python make-events.py (pip install tensorboard==2.21.0)."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
from tensorboard.compat.proto.event_pb2 import Event, SourceMetadata
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.plugins.custom_scalar import layout_pb2
from tensorboard.summary.writer.record_writer import RecordWriter


def text(tag, plugin, content):
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name=plugin))
    return Summary.Value(tag=tag, tensor=TensorProto(dtype=7, string_val=[content]), metadata=metadata)


series = layout_pb2.MarginChartContent.Series(value="fid/value", lower="fid/low", upper="fid/high")
chart = layout_pb2.Chart(title="fid", margin=layout_pb2.MarginChartContent(series=[series]))
layout = layout_pb2.Layout(category=[layout_pb2.Category(title="ganeval", chart=[chart])])
image = Summary.Image(height=3, width=2, colorspace=3, encoded_image_string=bytes(range(256)))
events = [
    Event(wall_time=1.7e9, file_version="brain.Event:2", source_metadata=SourceMetadata(writer="ganeval")),
    Event(
        wall_time=1700000060.25,
        step=2**40 + 1,
        summary=Summary(
            value=[
                Summary.Value(tag="fid/value", simple_value=0.1),
                Summary.Value(tag="猫/\0", simple_value=-1e30),
                text("events", "text", "MS-SSIM rose – ä.".encode()),
                text("custom_scalars__config__", "custom_scalars", layout.SerializeToString()),
                Summary.Value(tag="samples", image=image),
            ]
        ),
    ),
]
with open("events.tfevents", "wb") as file:
    writer = RecordWriter(file)
    for event in events:
        writer.write(event.SerializeToString(deterministic=True))
