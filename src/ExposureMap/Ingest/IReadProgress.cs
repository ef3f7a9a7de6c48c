namespace ExposureMap.Ingest;

/// <summary>Is told how far the reading of captures has come.</summary>
internal interface IReadProgress
{
    void Report((long Read, long Total) octets, long frames);

    void End();
}
