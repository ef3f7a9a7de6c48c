using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

public sealed partial class LiveMap
{
    /// <summary>So many conversations wait for one another: what the first needs of memory is there before the last was looked at.</summary>
    private const int Together = 32;

    private readonly (Conversation Now, Conversation? Before)[] _told = new (Conversation, Conversation?)[Together];
    private readonly (int From, int To, int Service)[] _ends = new (int, int, int)[Together];
    private int _waiting;

    public void OnConversation(Conversation now, Conversation? before)
    {
        _told[_waiting++] = (now, before);
        if (_waiting == Together) TakeIn();
    }

    /// <summary>Takes in what waits, in the order it was told. Whoever looks at the map does this first.</summary>
    private void TakeIn()
    {
        if (_waiting == 0) return;
        var told = _told.AsSpan(0, _waiting);
        _waiting = 0;
        ExpectRows(told);
        foreach (var (now, before) in told) TakeIn(now, before);
        told.Clear();
    }

    /// <summary>Lets the rows come that the conversations will most likely touch. Changes nothing.</summary>
    private void ExpectRows(ReadOnlySpan<(Conversation Now, Conversation? Before)> told)
    {
        foreach (var (now, _) in told)
        {
            _endpointIndex.Expect((now.Originator.Address, 0));
            _endpointIndex.Expect((now.Responder.Address, 0));
        }

        foreach (var (now, _) in told)
        {
            _endpointIndex.ExpectRow((now.Originator.Address, 0));
            _endpointIndex.ExpectRow((now.Responder.Address, 0));
        }

        for (var index = 0; index < told.Length; index++)
        {
            var now = told[index].Now;
            _ends[index] = (_endpointIndex.Find((now.Originator.Address, 0)), _endpointIndex.Find((now.Responder.Address, 0)), RecentNumberOf(now.ToService()));
            _conduitIndex.Expect(_ends[index]);
        }

        foreach (ref readonly var ends in _ends.AsSpan(0, told.Length)) _conduitIndex.ExpectRow(ends);
    }

    private int RecentNumberOf(in Service service) => _recentServices[service.Port % _recentServices.Length] is var recent && recent.Service == service ? recent.Number : -1;
}
