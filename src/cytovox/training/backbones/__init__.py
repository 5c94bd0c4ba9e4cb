"""Encoders by name: picture in, last feature map out. Each is written from its paper, in torch alone."""
