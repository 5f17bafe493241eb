-- Questions to a library file with DuckDB:
--   duckdb -c "SET VARIABLE library = 'library.parquet'" -f library.sql

-- Errors by kind, with an example of each.
SELECT status, count(*) AS tracks, any_value(error) AS example
FROM read_parquet(getvariable('library'))
WHERE status <> 'ok'
GROUP BY status ORDER BY tracks DESC;

-- Tracks for a quiet evening: slow, soft, harmonic.
SELECT path, round(lufs, 1) AS lufs, round(tempo_bpm) AS tempo, round(harmonic_ratio, 2) AS harmonic
FROM read_parquet(getvariable('library'))
WHERE status = 'ok' AND NOT isnan(tempo_bpm)
ORDER BY percent_rank() OVER (ORDER BY lufs) + percent_rank() OVER (ORDER BY tempo_bpm)
       - percent_rank() OVER (ORDER BY harmonic_ratio)
LIMIT 5;

-- How much treble each codec keeps: the share of power above 6 kHz.
SELECT codec, count(*) AS tracks, round(median(air_pct), 3) AS air_pct
FROM read_parquet(getvariable('library'))
WHERE status = 'ok'
GROUP BY codec ORDER BY air_pct;

-- The same file in several places.
SELECT content_hash, list(path) AS paths
FROM read_parquet(getvariable('library'))
WHERE content_hash IS NOT NULL
GROUP BY content_hash HAVING count(*) > 1;

-- Hours of music and speed by codec.
SELECT codec, round(sum(duration) / 3600, 2) AS hours,
       round(sum(duration) / sum(seconds_decoding)) AS decoding_x_realtime,
       round(sum(duration) / sum(seconds_analysing)) AS analysis_x_realtime
FROM read_parquet(getvariable('library'))
WHERE status = 'ok'
GROUP BY codec ORDER BY hours DESC;
