"""A row for each piece of text, so that the weighted sum of a text's rows says what the teacher says
of the whole text.

The start is M. Haverkamp and S. Tulkens' "model2vec" (2024): each row is the teacher's vector of the
piece alone, and frequent pieces weigh less by S. Arora et al., "A simple but tough-to-beat baseline
for sentence embeddings", ICLR 2017: a / (a + p(piece)). What makes the table good is the second step:
ridge regression of all rows at once to the teacher's vectors of whole texts,

    argmin_E |A E - Y|^2 + strength |E - E0|^2,

A holding which pieces stand in which text and by what weight. Pairs of adjacent pieces have rows of
their own, which begin at nothing and learn what the two mean beyond their sum. Solved by conjugate
gradients on all columns at once (M. R. Hestenes and E. Stiefel, 1952).
"""
import collections

import numpy
import scipy.sparse

import tokens

WEIGHT = 1e-3  # Arora's a


def frequent_pairs(rows_of_texts, count):
    counts = collections.Counter(pair for rows in rows_of_texts for pair in zip(rows, rows[1:]))
    return [pair for pair, times in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:count] if times > 1]


def weights_of(rows_of_texts, rows_count):
    counts = numpy.bincount(numpy.concatenate([numpy.asarray(rows, int) for rows in rows_of_texts if rows]), minlength=rows_count)
    return (WEIGHT / (WEIGHT + counts / counts.sum())).astype(numpy.float32)


def matrix_of(rows_of_texts, pairs, weights, pair_weights):
    """A: a text's rows by their weights, over the sum of those of its pieces; pairs add to that."""
    row_of, column_of, value_of = [], [], []
    for text, rows in enumerate(rows_of_texts):
        if not rows:
            continue
        whole = weights[rows].sum()
        for row in rows:
            row_of.append(text), column_of.append(row), value_of.append(weights[row] / whole)
        for pair in zip(rows, rows[1:]):
            if pair in pairs:
                at = pairs[pair]
                row_of.append(text), column_of.append(at), value_of.append(pair_weights[at - len(weights)] / whole)
    shape = (len(rows_of_texts), len(weights) + len(pair_weights))
    return scipy.sparse.csr_matrix((numpy.array(value_of, numpy.float32), (row_of, column_of)), shape=shape)


def principal(vectors, count, centre=None):
    """The mean and the `count` directions in which the vectors differ most."""
    mean = vectors.mean(0) if centre is None else centre
    values, directions = numpy.linalg.eigh(numpy.cov((vectors - mean).T.astype(numpy.float64)))
    return mean, directions[:, numpy.argsort(values)[::-1][:count]].astype(numpy.float32)


def ridge(matrix, wanted, start, strength, steps=40, tell=lambda step, error: None):
    transposed = matrix.T.tocsr()
    change = numpy.zeros_like(start)
    left = transposed @ (wanted - matrix @ start)
    direction = left.copy()
    size = numpy.einsum("ij,ij->j", left, left)
    for step in range(steps):
        image = transposed @ (matrix @ direction) + strength * direction
        along = size / numpy.maximum(numpy.einsum("ij,ij->j", direction, image), 1e-30)
        change += direction * along
        left -= image * along
        next_size = numpy.einsum("ij,ij->j", left, left)
        direction = left + direction * (next_size / numpy.maximum(size, 1e-30))
        size = next_size
        tell(step, float(numpy.sqrt(size.sum())))
    return start + change


class Fitted:
    """Rows with their weights in them, as the table stores them."""

    def __init__(self, rows, pairs):
        self.rows, self.pairs = rows, pairs


def fit(rows_of_texts, teacher, piece_vectors, dimension, pairs_count, strength, tell=lambda step, error: None):
    """`teacher`: a vector for each text; `piece_vectors`: one for each piece alone."""
    mean, directions = principal(teacher, dimension)
    wanted = ((teacher - mean) @ directions).astype(numpy.float32)
    wanted /= numpy.maximum(numpy.linalg.norm(wanted, axis=1, keepdims=True), 1e-6)
    start = ((piece_vectors - piece_vectors.mean(0)) @ directions).astype(numpy.float32)

    pairs = {pair: len(piece_vectors) + at for at, pair in enumerate(frequent_pairs(rows_of_texts, pairs_count))}
    weights = weights_of(rows_of_texts, len(piece_vectors))
    pair_counts = collections.Counter(pair for rows in rows_of_texts for pair in zip(rows, rows[1:]) if pair in pairs)
    total = sum(len(rows) for rows in rows_of_texts)
    pair_weights = numpy.array([WEIGHT / (WEIGHT + pair_counts[pair] / total) for pair in pairs], numpy.float32)
    matrix = matrix_of(rows_of_texts, pairs, weights, pair_weights)

    start = numpy.concatenate([start, numpy.zeros((len(pairs), dimension), numpy.float32)])
    image = matrix @ start
    start *= (image * wanted).sum() / (image * image).sum()
    rows = ridge(matrix, wanted, start, strength, tell=tell)
    return Fitted(rows * numpy.concatenate([weights, pair_weights])[:, None], pairs)
