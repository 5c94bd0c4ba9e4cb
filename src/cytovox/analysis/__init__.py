"""Bundles and ONNX Runtime -> findings: find, classify, compose. One composition point a lane."""
