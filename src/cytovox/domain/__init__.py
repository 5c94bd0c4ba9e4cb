"""Values that cross rooms, and their rules. numpy only: nothing here reads, draws, plots or serialises."""
