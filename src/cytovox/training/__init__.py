"""Networks, losses, data, loops and export to bundles. The only room that imports torch."""
