using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Sources;

/// <summary>
/// Several captures as one input in time order: the files of a rotating capture, or of sensors that watched at the same time. Files are taken in
/// order of their first frame; where they overlap, the earliest next frame goes first. Within one file the order of the file is kept.
/// </summary>
public sealed class CaptureSet : IFrameSource
{
    /// <summary>Files read side by side. Of more files that overlap, the later ones wait for one of these to end.</summary>
    private const int MaximumOpen = 64;

    private readonly Queue<CaptureSetMember> _waiting;         // by first frame
    private readonly List<CaptureSetMember> _open = [];
    private readonly string[] _names;
    private readonly List<string> _problems;
    private readonly long _total;
    private long _readBefore;                                  // octets of the files already ended

    private CaptureSet(string name, IReadOnlyList<CaptureSetMember> members, List<string> problems)
    {
        Name = name;
        _waiting = new(members);
        _names = [.. members.Select(member => member.Name)];
        _problems = problems;
        _total = members.Sum(member => member.Total);
    }

    public string Name { get; }

    /// <summary>One line for each file that has one.</summary>
    public string? Problem => _problems.Count == 0 ? null : string.Join('\n', _problems);

    public (long Read, long Total) Progress => (_readBefore + _open.Sum(member => member.OctetsRead), _total);

    /// <summary>Opens files, "-" for standard input, and directories: of these every capture below them, told by its first octets.</summary>
    /// <exception cref="CaptureException">A file named here cannot be read, or there is no capture at all.</exception>
    public static IFrameSource Open(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (paths.Count == 1 && !Directory.Exists(paths[0])) return CaptureFile.Open(paths[0]);

        var problems = new List<string>();
        var members = new List<CaptureSetMember>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            foreach (var path in paths)
            {
                if (!Directory.Exists(path) && seen.Add(Identity(path))) members.Add(CaptureSetMember.Probe(path));
                if (Directory.Exists(path)) AddDirectory(path, seen, members, problems);
            }

            if (members.Count == 0) throw new CaptureException($"{string.Join(", ", paths)}: no capture file there");
        }
        catch
        {
            foreach (var member in members) member.Dispose();
            throw;
        }

        var ordered = members.OrderBy(member => member.Next).ThenBy(member => member.Name, StringComparer.Ordinal).ToList();
        for (var index = 0; index < ordered.Count; index++) ordered[index].Index = index;
        return new CaptureSet(string.Join(", ", paths), ordered, problems);
    }

    public bool Read(FrameBatch batch, CancellationToken stop)
    {
        batch.Clear();
        while (!stop.IsCancellationRequested && Earliest(stop) is { } member)
        {
            var limit = Limit(member);
            if (batch.Count == 0 && member.IsWholeUpTo(limit))
            {
                member.HandOver(batch);
                return true;
            }

            if (batch.Count == 0) batch.MergeOf(_names);
            if (!member.CopyUpTo(limit, batch)) return true;   // full
        }

        return batch.Count > 0;
    }

    public void Dispose()
    {
        foreach (var member in _open.Concat(_waiting)) member.Dispose();
    }

    /// <summary>The member whose frame is next, with all the members open that could come before it; null at the end of the last.</summary>
    private CaptureSetMember? Earliest(CancellationToken stop)
    {
        while (AdvanceAll(stop))
        {
            CaptureSetMember? earliest = null;
            foreach (var member in _open)
            {
                if (earliest is null || member.Next < earliest.Next) earliest = member;
            }

            if (!_waiting.TryPeek(out var waiting) || _open.Count == MaximumOpen || earliest?.Next < waiting.Next) return earliest;
            OpenNext();
        }

        return null;
    }

    /// <summary>Gives every open member a next frame, or closes it; false when stopped.</summary>
    private bool AdvanceAll(CancellationToken stop)
    {
        for (var index = _open.Count - 1; index >= 0; index--)
        {
            if (_open[index].Advance(stop)) continue;
            if (stop.IsCancellationRequested) return false;
            Close(_open[index]);
        }

        return true;
    }

    private void OpenNext()
    {
        var member = _waiting.Dequeue();
        try
        {
            member.Reopen();
            _open.Add(member);
        }
        catch (CaptureException error)                         // it was readable when the set was opened
        {
            _problems.Add(error.Message);
        }
    }

    private void Close(CaptureSetMember member)
    {
        if (member.Problem is { } problem) _problems.Add(problem);
        _readBefore += member.OctetsRead;
        _open.Remove(member);
        member.Dispose();
    }

    /// <summary>Up to when the member's frames go before all others'.</summary>
    private Timestamp Limit(CaptureSetMember member)
    {
        var limit = _waiting.TryPeek(out var waiting) && _open.Count < MaximumOpen ? waiting.Next : Timestamp.Never;
        foreach (var other in _open)
        {
            if (other != member) limit = Timestamp.Earlier(limit, other.Next);
        }

        return limit;
    }

    private static void AddDirectory(string path, HashSet<string> seen, List<CaptureSetMember> members, List<string> problems)
    {
        var options =
            new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var file in Directory.EnumerateFiles(path, "*", options).Order(StringComparer.Ordinal))
        {
            if (!seen.Add(Identity(file))) continue;
            try
            {
                members.Add(CaptureSetMember.Probe(file));
            }
            catch (CaptureException error)
            {
                if (!error.IsForeign) problems.Add(error.Message);
            }
        }
    }

    private static string Identity(string path) => CaptureInput.IsStandardInput(path) ? path : Path.GetFullPath(path);
}
