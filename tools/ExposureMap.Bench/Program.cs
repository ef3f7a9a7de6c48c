using ExposureMap.Bench.Captures;
using ExposureMap.Bench.Graphs;
using ExposureMap.Bench.Recognition;
using ExposureMap.Capture;

LargePages.AdviseHeap();
return args switch
{
    ["graphs", .. var rest] => GraphBench.Run(rest),
    ["map", .. { Length: > 0 } rest] => MapBench.Run(rest),
    ["open", .. { Length: > 0 } rest] => OpenBench.Run(rest),
    ["evaluate", .. { Length: > 0 } rest] => EvaluateBench.Run(rest),
    ["ask", .. { Length: > 0 } rest] => AskBench.Run(rest),
    ["capture", .. var rest] => CaptureBench.Run(rest),
    ["recognise", .. var rest] => RecogniseBench.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: ExposureMap.Bench COMMAND
          graphs [100k|1m|10m]... [--peers] [--shuffle] [--order] [--runs N]   searches of generated graphs, with python-igraph and networkx beside them
          map FILE [100k|1m|10m]   a stored map of that size, to ask the program's own commands, and how fast the live map took it in
          open FILE                where the time of a query on a stored map goes
          evaluate FILE [--runs N] where the time goes when the service looks for findings in a map, and how soon a new path is one
          ask FILE [RUNS] [PART]   how long questions take on a map that is open and was asked before (those whose name has PART in it)
          capture --program PATH [small|mixed|scan|thousand|live|news]... [--frames N] [--runs N] [--folder DIR] [--alone] [--pipeline]
                                   exposuremap analyze of generated captures, with tcpdump, tshark, softflowd, nfpcapd and a C ceiling beside it;
                                   with --pipeline in this process, stage by stage: where the time goes; on interfaces of its own
                                   (needs root) live: the service beside tcpdump, and what both lose; news: how soon the service tells a finding
          recognise [noise|zeros|small|text|lengths|header|nested|pattern]... [--payloads N] [--seed N] [--show]
                                   how often random payloads (10 million) are taken for a protocol; ends with 1 at one in a million of noise
        """);
    return 2;
}
