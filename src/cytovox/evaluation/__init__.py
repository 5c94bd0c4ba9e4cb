"""Bundles and labelled data -> metrics, reliability and robustness, their plots and pages. No torch."""
