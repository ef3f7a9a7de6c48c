using ExposureMap.Graph.Map;

namespace ExposureMap.Graph.Paths;

/// <summary>Which conversations count, and how. Backward rules run in mirrored time: <c>~t</c> in place of <c>t</c>.</summary>
[Flags]
internal enum ContactRule : byte
{
    /// <summary>The contract's time rule: what starts at or after the arrival.</summary>
    Strict,

    /// <summary>A conversation that is still open at the arrival may be used too.</summary>
    OpenSessions = 1,

    /// <summary>Only those whose originator is certain.</summary>
    CertainOnly = 2,

    Backward = 4,
}

/// <summary>
/// For each conduit the conversation that gets on earliest from a moment on: usable are those whose key is not before the moment, sorted by key,
/// each with the best of all that follow. One binary search answers. The rules differ only in what key and value are:
/// <list type="bullet">
/// <item>forward: from the start to the arrival; with open sessions from the end to the arrival;</item>
/// <item>backward, mirrored: from the arrival to the start; with open sessions from the arrival to the end.</item>
/// </list>
/// An open session's next answer is not kept: such an arrival is the earliest it can be.
/// </summary>
internal sealed class ContactTable
{
    public const int NoContact = -1;

    private readonly int[] _start;      // by conduit row
    private readonly long[] _key;
    private readonly int[] _contact;
    private readonly long[] _best;      // least value from here to the end of the row ...
    private readonly int[] _bestAt;     // ... and the contact that has it

    public ContactTable(MapRecord record, ContactRule rule)
    {
        _start = new int[record.Conduits.Count + 1];
        for (var contact = 0; contact < record.Contacts.Count; contact++)
            if (Counts(record.Contacts[contact], rule)) _start[record.Contacts[contact].Conduit + 1]++;
        for (var row = 0; row < record.Conduits.Count; row++) _start[row + 1] += _start[row];
        var count = _start[^1];
        (_key, _contact, _best, _bestAt) = (new long[count], new int[count], new long[count], new int[count]);
        Fill(record, rule);
        for (var row = 0; row < record.Conduits.Count; row++) Order(record, rule, _start[row], _start[row + 1]);
    }

    /// <summary>The conversation of a conduit that gets on earliest when the moment has come; <see cref="NoContact"/> when none does.</summary>
    public int Earliest(int row, long moment, out long arrival)
    {
        var (low, high, end) = (_start[row], _start[row + 1], _start[row + 1]);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_key[middle] < moment) low = middle + 1;
            else high = middle;
        }

        arrival = low == end ? long.MaxValue : Math.Max(_best[low], moment);
        return low == end ? NoContact : _bestAt[low];
    }

    private static bool Counts(in ContactRow contact, ContactRule rule) =>
        contact.IsValid != 0 && (contact.IsCertain != 0 || !rule.HasFlag(ContactRule.CertainOnly));

    /// <summary>A capture's clock may run backwards; nobody arrives before the start.</summary>
    private static (long Key, long Value) Times(in ContactRow contact, ContactRule rule)
    {
        var arrival = Math.Max(contact.Start, contact.Arrival);
        var end = Math.Max(arrival, contact.End);
        var isOpen = rule.HasFlag(ContactRule.OpenSessions);
        return rule.HasFlag(ContactRule.Backward) ? (~arrival, isOpen ? ~end : ~contact.Start) : (isOpen ? end : contact.Start, arrival);
    }

    private void Fill(MapRecord record, ContactRule rule)
    {
        var next = _start.ToArray();
        for (var contact = 0; contact < record.Contacts.Count; contact++)
        {
            ref readonly var row = ref record.Contacts[contact];
            if (!Counts(row, rule)) continue;
            var slot = next[row.Conduit]++;
            (_key[slot], _contact[slot]) = (Times(row, rule).Key, contact);
        }
    }

    private void Order(MapRecord record, ContactRule rule, int start, int end)
    {
        if (end - start > 1) Array.Sort(_key, _contact, start, end - start);
        for (var slot = end - 1; slot >= start; slot--)
        {
            (_best[slot], _bestAt[slot]) = (Times(record.Contacts[_contact[slot]], rule).Value, _contact[slot]);
            if (slot + 1 < end && _best[slot + 1] < _best[slot]) (_best[slot], _bestAt[slot]) = (_best[slot + 1], _bestAt[slot + 1]);
        }
    }
}

/// <summary>The tables of one map, each made when first asked for.</summary>
internal sealed class ContactTables(MapRecord record)
{
    private readonly Lazy<ContactTable>[] _tables =
        [.. Enumerable.Range(0, 8).Select(rule => new Lazy<ContactTable>(() => new((record), (ContactRule)rule)))];

    public ContactTable For(ContactRule rule) => _tables[(int)rule].Value;
}
