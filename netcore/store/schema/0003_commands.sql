-- Holds the number of a step that is written elsewhere.
SELECT 1;
