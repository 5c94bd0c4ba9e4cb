"""Files to domain values: pictures and labelled data sets."""
