"""Reports: everything that is made from results alone, for a student's terminal or a teacher's."""
