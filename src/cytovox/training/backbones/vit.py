"""A small Vision Transformer (Dosovitskiy et al., ICLR 2021) of DeiT's size "Ti" (Touvron et al., ICML 2021).

Tokens are pooled by their mean in place of a class token (appendix D.3 of the first paper finds both alike),
so that class scores are a sum over patches and activation maps stay exact.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

WIDTH, DEPTH, HEADS = 192, 12, 3


class Layer(nn.Module):
    """Self-attention and a two-layer network, each behind a norm and added back."""

    def __init__(self) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-6)
        self.query_key_value = nn.Linear(WIDTH, 3 * WIDTH)
        self.project = nn.Linear(WIDTH, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-6)
        self.widen = nn.Linear(WIDTH, 4 * WIDTH)
        self.narrow = nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self._attend(self.norm1(x))
        out: Tensor = x + self.narrow(functional.gelu(self.widen(self.norm2(x))))
        return out

    def _attend(self, x: Tensor) -> Tensor:
        heads = self.query_key_value(x).unflatten(2, (3, HEADS, WIDTH // HEADS)).permute(2, 0, 3, 1, 4)
        query, key, value = heads[0], heads[1], heads[2]
        weights = torch.softmax(query @ key.transpose(2, 3) * (WIDTH // HEADS) ** -0.5, dim=3)
        out: Tensor = self.project((weights @ value).transpose(1, 2).flatten(2))
        return out


class VisionTransformer(nn.Module):
    """Encoder whose stride is the patch's side.

    Args:
        input_px: Side of the pictures that the learned positions are for; others are interpolated.
        patch_px: Side of a patch; it must divide `input_px`.
    """

    def __init__(self, input_px: int, patch_px: int = 16) -> None:
        super().__init__()
        self.channels = WIDTH
        self.side = input_px // patch_px
        self.patches = nn.Conv2d(3, WIDTH, patch_px, patch_px)
        self.positions = nn.Parameter(torch.zeros(1, WIDTH, self.side, self.side))
        self.layers = nn.Sequential(*(Layer() for _ in range(DEPTH)))
        self.norm = nn.LayerNorm(WIDTH, eps=1e-6)
        nn.init.trunc_normal_(self.positions, std=0.02)
        for part in self.modules():
            if isinstance(part, nn.Linear):
                nn.init.trunc_normal_(part.weight, std=0.02)
                nn.init.zeros_(part.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Last feature map, shape (batch, 192, H / patch, W / patch)."""
        x = self.patches(x)
        height, width = x.shape[2], x.shape[3]
        x = (x + self._positions(height, width)).flatten(2).transpose(1, 2)
        x = self.norm(self.layers(x))
        return x.transpose(1, 2).reshape(len(x), self.channels, height, width)

    def _positions(self, height: int, width: int) -> Tensor:
        if (height, width) == (self.side, self.side):
            return self.positions
        return functional.interpolate(self.positions, size=(height, width), mode="bicubic")
