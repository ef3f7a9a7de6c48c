using ExposureMap.Graph.Map;

namespace ExposureMap.Store;

/// <summary>What a row may refer to; one that refers to anything else is damaged.</summary>
internal readonly record struct RowBounds(int Endpoints, int Services, int Texts)
{
    public bool Admits(in ConduitRow row) =>
        Admits(row.From, row.To, row.Service) && (uint)row.FirstCapture < (uint)Texts && (uint)row.LastCapture < (uint)Texts;

    public bool Admits(in LinkRow row) => Admits(row.From, row.To, row.Service);

    private bool Admits(int from, int to, int service) =>
        (uint)from < (uint)Endpoints && (uint)to < (uint)Endpoints && (uint)service < (uint)Services;
}
