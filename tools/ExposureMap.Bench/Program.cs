using ExposureMap.Bench.Graphs;

return args switch
{
    ["graphs", .. var rest] => GraphBench.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: ExposureMap.Bench COMMAND
          graphs [100k|1m|10m]... [--peers] [--shuffle] [--order] [--runs N]   searches of generated graphs, with python-igraph and networkx beside them
        """);
    return 2;
}
