"""The textbook atlas: a description of each class as data, and the code that makes a body of it."""
