"""What memory_profiler watches line by line."""

from memory_profiler import profile

from prsm import models


@profile
def embed_many() -> int:
    """A thousand embeddings, held and dropped."""
    vectors = [models.embed(f"text {i}", i) for i in range(1000)]
    return len(vectors)


if __name__ == "__main__":
    embed_many()
