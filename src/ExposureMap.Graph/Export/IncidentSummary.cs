using System.Collections.Immutable;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Export;

/// <summary>An incident in a few sentences and numbers: what is read to a manager.</summary>
internal sealed class IncidentSummary
{
    private readonly Incident _incident;
    private readonly string _patients;
    private readonly int _certain;
    private readonly int _field;
    private readonly List<(SegmentKind Kind, int Machine, Timestamp At)> _commands;     // that change what a control system or a meter does

    public IncidentSummary(Incident incident)
    {
        _incident = incident;
        _patients = string.Join(", ", incident.Patients.Select(Incident.Name));
        _certain = Rows.Count(row => row.Certainty == PathCertainty.Must);
        _field = Rows.Count(row => row.Asset.Kind.IsField());
        _commands = [.. incident.Operations.Where(one => one.Conduit.To >= 0 && one.What.Operation.Effect >= Effect.Control)
            .Select(one => (incident.Map.Assets[one.Conduit.To].Kind, one.Conduit.To, one.What.Operation.At)).Where(one => one.Kind.IsField())];
    }

    private ImmutableArray<TimedRow> Rows => _incident.Reach.Rows;

    /// <summary>To the second, UTC.</summary>
    public static string Clock(Timestamp time) => time.IsNever ? "never" : time.ToString()[..19].Replace('T', ' ');

    public IEnumerable<string> Sentences()
    {
        var since = Clock(_incident.Since);
        if (Rows.IsEmpty)
        {
            var coverage = _incident.Reach.Coverage;
            yield return $"No machine was seen to be in reach of {_patients} from {since} on: {coverage.Absence.Word()} ({string.Join("; ", coverage.Reasons)}).";
            yield return coverage.Absence == Absence.NotReached
                ? "That holds for what a mirror port showed, and for nothing beside it."
                : "That does not mean that nothing was reached: nobody watched, or not well enough.";
            yield break;
        }

        var more = Rows.Length > _certain ? $", and {FindingText.Count(Rows.Length - _certain, "more", "more")} possibly" : "";
        yield return $"Whoever held {_patients} from {since} on could reach {FindingText.Count(_certain, "machine", "machines")} for certain{more}.";
        yield return _field == 0
            ? "None of them is a control system or a meter."
            : FindingText.Count(_field, "of them is a control system or a meter", "of them are control systems or meters") + ".";
        yield return Commands();
        if (_incident.Cut is { IsJoined: true, IsPossible: true, IsProven: true } cut)
            yield return $"Closing {FindingText.Count(cut.Cut.Length, "conduit", "conduits")} severs {_patients} from all control systems and meters; the rules are at the end.";
    }

    public IEnumerable<(int Number, string Of)> Counts() =>
    [
        (_certain, "reachable for certain"),
        (Rows.Length - _certain, "possibly"),
        (_field, "control systems and meters in reach"),
        (_commands.DistinctBy(one => one.Machine).Count(), "of them commanded"),
        ((int)_incident.Denied.Sum(one => one.Attempted + one.Rejected + one.Blocked), "attempts turned away"),
    ];

    private string Commands()
    {
        if (_commands.Count == 0) return "No command that changes a control system or a meter was seen from a machine in reach.";
        var kinds = _commands.DistinctBy(one => one.Machine).CountBy(one => one.Kind).OrderBy(one => one.Key)
            .Select(one => $"{FindingText.Count(one.Value, "machine", "machines")} of {FindingText.Kind(one.Key)}");
        var (first, last) = (_commands.Min(one => one.At), _commands.Max(one => one.At));
        return $"On {string.Join(" and ", kinds)} commands were seen that change what they do, between {Clock(first)} and {Clock(last)}.";
    }
}
