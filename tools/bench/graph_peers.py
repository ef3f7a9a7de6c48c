"""The questions of `ExposureMap.Bench graphs`, asked of python-igraph or networkx on the same edges.

usage: graph_peers.py igraph|networkx FOLDER     prints "QUESTION MILLISECONDS" a line, in processor time

The peers have no search from many vertices at once, so the offices hang below one more vertex by edges of cost 0,
and the two sets of the cut below and above one more each.
"""
import array
import os
import statistics
import sys
import time


def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def column(folder, name, kind):
    values = array.array(kind)
    with open(os.path.join(folder, name), "rb") as file:
        values.frombytes(file.read())
    return values


def timed(question, ask):
    times = []
    while len(times) < 3 and sum(times) < 20:     # slow answers are asked once
        start = time.process_time()
        ask()
        times.append(time.process_time() - start)
    print(question, round(statistics.median(times) * 1000, 3), flush=True)


def main(peer, folder):
    starts, ends, costs = column(folder, "from", "i"), column(folder, "to", "i"), list(column(folder, "cost", "B"))
    with open(os.path.join(folder, "sets")) as file:
        count, office, source, target, few, targets = ([int(word) for word in line.split()] for line in file)
    count, source, target = count[0], source[0], target[0]
    root, above, below = count, count + 1, count + 2
    extra = [(root, v) for v in office] + [(above, v) for v in few] + [(v, below) for v in targets]
    costs += [0] * len(extra)
    capacity = [1] * len(starts) + [len(starts)] * len(extra)
    globals()["ask_" + peer](starts, ends, extra, costs, capacity, root, above, below, source, target)


def ask_igraph(starts, ends, extra, costs, capacity, root, above, below, source, target):
    import igraph
    edges = list(zip(starts, ends)) + extra
    before, start = resident(), time.process_time()
    graph = igraph.Graph(n=below + 1, edges=edges, directed=True)
    graph.es["cost"] = costs
    print("build", (time.process_time() - start) * 1000)
    print("octets/edge", (resident() - before) / len(edges), flush=True)
    del edges
    timed("reach", lambda: graph.bfs(root, mode="out"))
    timed("cheapest", lambda: graph.distances(root, weights="cost", mode="out"))
    timed("components", lambda: graph.connected_components(mode="strong"))
    timed("dominators", lambda: graph.dominator(root, mode="out"))
    timed("cut", lambda: graph.st_mincut(above, below, capacity=capacity))
    timed("10 paths", lambda: graph.get_k_shortest_paths(source, target, k=10, mode="out", weights="cost"))


def ask_networkx(starts, ends, extra, costs, capacity, root, above, below, source, target):
    import itertools
    import networkx
    before, start = resident(), time.process_time()
    graph = networkx.DiGraph()      # of parallel edges the last: networkx's k paths know no multigraphs
    graph.add_nodes_from(range(below + 1))
    for (u, v), cost, room in zip(itertools.chain(zip(starts, ends), extra), costs, capacity):
        graph.add_edge(u, v, cost=cost, capacity=room)
    print("build", (time.process_time() - start) * 1000)
    print("octets/edge", (resident() - before) / len(costs), flush=True)
    timed("reach", lambda: dict(networkx.bfs_predecessors(graph, root)))
    timed("cheapest", lambda: networkx.single_source_dijkstra_path_length(graph, root, weight="cost"))
    timed("components", lambda: list(networkx.strongly_connected_components(graph)))
    timed("dominators", lambda: networkx.immediate_dominators(graph, root))
    timed("10 paths", lambda: list(itertools.islice(networkx.shortest_simple_paths(graph, source, target, weight="cost"), 10)))
    timed("cut", lambda: networkx.minimum_cut(graph, above, below))


main(sys.argv[1], sys.argv[2])
