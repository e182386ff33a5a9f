"""Pure rules of the agenda: what makes a task, how it is ranked, how a day is filled."""
