#!/usr/bin/env python3
"""Checks, without asking anybody, that your ballots are in a closed ballot box: check-receipt.py RECEIPT [BOX]

RECEIPT is what you downloaded when you voted (a ballot a line; give the box too), or the proof that the page "Check a
receipt" hands out. BOX is the published box: its JSON, or a ballot a line. Compare the root that is printed with the one
on the decision's page. Hashes are those of RFC 9162, section 2.1."""
import hashlib, json, sys

def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()

def root_of(level):
    while len(level) > 1:
        level = [sha(b"\1", *level[at:at + 2]) if at + 1 < len(level) else level[at] for at in range(0, len(level), 2)]
    return level[0] if level else sha()

def climb(hash, at, size, path):
    """The root above a leaf, by the hashes beside its way up; nothing when they don't fit."""
    while size > 1:
        if at % 2 or at + 1 < size:  # on this level something stands beside it
            beside, *path = path or [b""]
            hash = sha(b"\1", beside, hash) if at % 2 else sha(b"\1", hash, beside)
        at, size = at // 2, (size + 1) // 2
    return b"" if path else hash

text, boxed, leaves, root = open(sys.argv[1], "rb").read(), None, [], b""
if not text.strip():
    sys.exit("BAD: this receipt is empty.")
if len(sys.argv) > 2:
    boxed = open(sys.argv[2], "rb").read()
    published = json.loads(boxed) if boxed[:1] == b"{" and b'"ballots"' in boxed else None
    leaves = [sha(b"\0", one.encode()) for one in published["ballots"]] if published else [
        sha(b"\0", one) for one in boxed.split(b"\n")[:-1]]
    root = root_of(leaves)
    if published and root.hex() != published["root"].lower():
        sys.exit("BAD: the box does not have the root it was published with.")
if b'"path"' in text:
    proof = json.loads(text)
    leaf, index, size = bytes.fromhex(proof["leaf"]), proof["index"], proof["size"]
    above = climb(leaf, index, size, [bytes.fromhex(one) for one in proof["path"]])
    if "ballot" in proof and sha(b"\0", proof["ballot"].encode()) != leaf:
        sys.exit("BAD: the ballot on this receipt is not the one it is for.")
    if not 0 <= index < size or above.hex() != proof["root"].lower() or (boxed and above != root):
        sys.exit("BAD: this receipt does not lead to its root, or the box is another one.")
    print(f"GOOD: ballot {index + 1} of {size} under the root {above.hex()}")
for mine in [] if b'"path"' in text else filter(None, text.split(b"\n")):
    leaf = sha(b"\0", mine)
    if leaf not in leaves:
        sys.exit("BAD: your ballot is not in this box, or no box was given.")
    print(f"GOOD: ballot {leaves.index(leaf) + 1} of {len(leaves)} under the root {root.hex()}")
