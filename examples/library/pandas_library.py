"""Questions to a library file with pandas: ``python pandas_library.py library.parquet``."""

import sys

import pandas as pd

library = pd.read_parquet(sys.argv[1])
tracks = library[library.status == "ok"]

print("Errors by kind:")
print(library[library.status != "ok"].groupby("status").size().to_string(), "\n")

print("Loudest tracks (LUFS):")
print(tracks.nlargest(5, "lufs")[["path", "lufs", "crest_db"]].to_string(index=False), "\n")

print("The typical track of each codec:")
columns = ["lufs", "tempo_bpm", "spectral_centroid", "stereo_width"]
print(tracks.groupby("codec")[columns].median().round(2).to_string(), "\n")

print("Copies of the same file:")
copies = tracks[tracks.duplicated("content_hash", keep=False)].sort_values("content_hash")
print(copies[["content_hash", "path"]].to_string(index=False), "\n")

speed = tracks.duration.sum() / (tracks.seconds_decoding + tracks.seconds_analysing).sum()
print(f"{len(tracks)} tracks, {tracks.duration.sum() / 3600:.1f} hours, {speed:.0f}x real time")
