using System.Collections.Immutable;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Hosting;

/// <summary>
/// Makes known what was found, in the published map and in the log: by an evaluation of the whole map, or ahead of it. What was told ahead stays
/// until an evaluation ends that could have found it.
/// </summary>
internal sealed class Announcer(Publication publication, FindingsLog log)
{
    private readonly Lock _telling = new();
    private readonly FindingLedger _ledger = new();
    private ImmutableArray<Finding> _found = [];
    private ImmutableArray<Finding> _ahead = [];

    /// <summary>How many findings were told ahead by now: an evaluation of a record that is taken afterwards could find them.</summary>
    public int Ahead
    {
        get
        {
            lock (_telling) return _ahead.Length;
        }
    }

    /// <param name="evaluated">With what was found in it.</param>
    /// <param name="covered">Of those told ahead, the first that could be found in it.</param>
    public void Tell(PublishedMap evaluated, int covered, Timestamp now)
    {
        lock (_telling)
        {
            _found = evaluated.Findings;
            _ahead = [.. _ahead[covered..].ExceptBy(OpenOf(_found), finding => finding.Id)];
            Tell(evaluated, now);
            log.CloseVanished(publication.Current!.Findings, now);
        }
    }

    /// <summary>Findings of a newer record than the one that is published; those that are known are no news.</summary>
    public void TellAhead(ImmutableArray<Finding> findings, Timestamp now)
    {
        lock (_telling)
        {
            var news = findings.Where(finding => finding.Closed is null)
                .ExceptBy(OpenOf(_found).Concat(OpenOf(_ahead)), finding => finding.Id).ToList();
            if (news.Count == 0) return;
            _ahead = [.. _ahead, .. news.Select(finding => finding.Detached())];
            Tell(publication.Current, now);
        }
    }

    /// <summary>The published map was watched for longer, and nothing was seen.</summary>
    public void TellWatched(MapRecord record, DateTimeOffset at)
    {
        lock (_telling) publication.Current = publication.Current!.WatchedAs(record, at);
    }

    private void Tell(PublishedMap? map, Timestamp now)
    {
        var all = _ledger.Reconcile(FindingCatalog.WorstFirst([.. _found.ExceptBy(OpenOf(_ahead), finding => finding.Id), .. _ahead]), now);
        if (map is not null) publication.Current = map with { Findings = all };
        log.Tell(all);
    }

    private static IEnumerable<string> OpenOf(ImmutableArray<Finding> findings) =>
        findings.Where(finding => finding.Closed is null).Select(finding => finding.Id);
}
