"""Writes make-grid.png and make-grid.json beside itself: five pictures as torchvision 0.29.1 (torch 2.14.1) lays them out by save_image(nrow=3)."""
import base64, json, pathlib
import torch, torchvision
torch.manual_seed(17)
pictures = torch.randint(0, 256, (5, 3, 4, 6), dtype=torch.uint8)
here = pathlib.Path(__file__).parent
torchvision.utils.save_image(pictures.float() / 255, here / "make-grid.png", nrow=3)
rows = pictures.permute(0, 2, 3, 1).contiguous()
(here / "make-grid.json").write_text(json.dumps({"shape": list(rows.shape), "pictures": [base64.b64encode(r.numpy().tobytes()).decode() for r in rows]}) + "\n")
