using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// The pass over the contacts. Of most of them two bits tell that they lead nowhere new: their source was not reached so far, or their target was
/// reached no later than the instant that the pass is at. The bits of a million vertices fit a core's cache; labels, edges and answers are
/// read for the rest alone.
/// </summary>
internal sealed partial class TemporalSearch
{
    private readonly BitSet _settled;           // reached no later than the instant
    private readonly long[] _starts = new long[ContactBlock.Capacity];
    private readonly (int From, int To)[] _hops = new (int, int)[ContactBlock.Capacity];
    private readonly List<(uint Edge, long Arrival, int Number)> _waiting = [];     // all contacts of an instant
    private long _instant = long.MinValue;      // what is scanned started then; negated where the search runs backward
    private int _firstOfInstant;
    private int _scanned;
    private bool _chains;                       // someone came to a vertex at this very instant

    /// <summary>Before every pass: nothing is at any instant.</summary>
    private void Rewind()
    {
        _settled.Clear();
        (_instant, _firstOfInstant, _scanned, _chains, _changed) = (long.MinValue, 0, 0, false, false);
    }

    /// <summary>One pass over the exact contacts, in order of start, or against it.</summary>
    private void Scan()
    {
        for (var step = 0; step < _log.Blocks.Length; step++)
        {
            var index = IsForward ? step : _log.Blocks.Length - 1 - step;
            var block = _log.Blocks[index];
            if (block.First > _rule.Until) continue;
            if (block.Last < _rule.Since && _rule.OpenSessions == OpenSessions.Exclude) continue;
            if (!_budget.Spend(block.Count)) break;
            if (_rule.OpenSessions == OpenSessions.Exclude) ScanHops(index);
            else ScanContacts(block.ReadAll(), _log.FirstOf(index));
        }

        SettleInstant();
    }

    private void ScanContacts(Contact[] contacts, int first)
    {
        if (IsForward) for (var index = 0; index < contacts.Length; index++) Relax(contacts[index], first + index);
        else for (var index = contacts.Length - 1; index >= 0; index--) Relax(contacts[index], first + index);
    }

    private void ScanHops(int at)
    {
        var (block, first) = (_log.Blocks[at], _log.FirstOf(at));
        var hops = _graph.HopsOf(at, _hops);
        var starts = _starts.AsSpan(0, hops.Length);
        block.ReadStarts(starts);
        var (reached, settled, isForward) = (_reached, _settled, IsForward);
        for (var step = 0; step < hops.Length; step++)
        {
            var index = isForward ? step : hops.Length - 1 - step;
            var instant = isForward ? starts[index] : -starts[index];
            if (instant != _instant) BeginInstant(instant, first + index);
            _scanned = first + index;
            var (from, to) = isForward ? hops[index] : (hops[index].To, hops[index].From);
            if ((reached.Bit(from) & ~settled.Bit(to)) != 0)
                Try(hops[index], block.EdgeOf(index), starts[index], block.ArrivalOf(index, starts[index]), _scanned);
        }
    }

    /// <param name="edge">With the uncertain bit below its number.</param>
    private void Try((int From, int To) ends, uint edge, long start, long arrival, int number)
    {
        _isDoubtful = (edge & 1) != 0;
        if (!_isDoubtful || _rule.Claim == Claim.May) Take(ends, (int)(edge >> 1), start, arrival, number);
    }

    private void BeginInstant(long instant, int number)
    {
        if (_chains) SettleInstant();
        (_instant, _firstOfInstant) = (instant, number);
    }

    /// <summary>Contacts of one instant may chain in any order: they are tried again until none helps, from either end in turn.</summary>
    private void SettleInstant()
    {
        if (_firstOfInstant == _scanned) _chains = false;
        if (!_chains) return;
        var start = IsForward ? _instant : -_instant;
        for (var number = Math.Min(_firstOfInstant, _scanned); number <= Math.Max(_firstOfInstant, _scanned); number++)
        {
            var (block, index) = _log.PlaceOf(number);
            _waiting.Add((_log.Blocks[block].EdgeOf(index), _log.Blocks[block].ArrivalOf(index, start), number));
        }

        while (_chains)
        {
            _chains = false;
            foreach (var (edge, arrival, number) in _waiting) Try(_graph.EndsOf((int)(edge >> 1)), edge, start, arrival, number);
            _waiting.Reverse();
        }

        _waiting.Clear();
    }
}
