#!/usr/bin/env python3
"""Makes src/ExposureMap.Capture/Identity/vendors.txt.gz from the index.json of the npm package oui-data (2.1.9, BSD-2-Clause, IEEE registries).

usage:  npm pack oui-data@2.1.9 && tar xzf oui-data-2.1.9.tgz && tools/oui/make-vendors.py package/index.json

One line a company, in ordinal order: the name, a tab, then its prefixes (6, 7 or 9 hex digits: MA-L, MA-M, MA-S) separated by blanks.
The same input gives the same octets."""
import gzip, json, pathlib, sys

companies = {}
for prefix, text in json.load(open(sys.argv[1], encoding='utf-8')).items():
    name = ' '.join(text.split('\n')[0].split())
    if name and name != 'IEEE Registration Authority':           # its blocks are told by their longer prefixes
        companies.setdefault(name, []).append(prefix)
lines = (f'{name}\t{" ".join(sorted(prefixes))}\n' for name, prefixes in sorted(companies.items()))
target = pathlib.Path(__file__).resolve().parents[2] / 'src/ExposureMap.Capture/Identity/vendors.txt.gz'
target.write_bytes(gzip.compress(''.join(lines).encode(), 9, mtime=0))
print(f'{len(companies)} companies, {target.stat().st_size} octets')
