using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

public sealed partial class LiveMap
{
    /// <summary>So much that is told waits for one another: what the first needs of memory is there before the last was looked at.</summary>
    private const int Together = 32;

    /// <summary>About what a <see cref="Conversation"/> takes.</summary>
    private const int ConversationOctets = 448;

    /// <summary>A conversation and what was told of it before, or a fact.</summary>
    private readonly record struct Told(Conversation? Now, Conversation? Before, AssetFact? Fact);

    /// <summary>The endpoints of a conversation in the site's own network and its service, as far as they are in the map.</summary>
    private readonly record struct Ends(int From, int To, int Service)
    {
        public static readonly Ends Unknown = new(-1, -1, -1);
    }

    private readonly Told[] _told = new Told[Together];
    private readonly Ends[] _ends = new Ends[Together];
    private int _waiting;

    public void OnConversation(Conversation now, Conversation? before)
    {
        Ahead.Fetch(now, ConversationOctets);
        Wait(new(now, before, null));
    }

    public void OnFact(AssetFact fact) => Wait(new(null, null, fact));

    private void Wait(in Told told)
    {
        _told[_waiting++] = told;
        if (_waiting == Together) TakeIn();
    }

    /// <summary>
    /// Takes in what waits, in the order it was told: what a conversation means may depend on what was known before it. Whoever looks at the map does
    /// this first.
    /// </summary>
    private void TakeIn()
    {
        if (_waiting == 0) return;
        var told = _told.AsSpan(0, _waiting);
        _waiting = 0;
        ExpectRows(told);
        for (var index = 0; index < told.Length; index++)
        {
            ref readonly var one = ref told[index];
            if (one.Now is not null) TakeIn(one.Now, one.Before, _ends[index]);
            else TakeIn(one.Fact!);
        }

        told.Clear();
    }

    /// <summary>Lets the rows come that will most likely be touched. Changes nothing.</summary>
    private void ExpectRows(ReadOnlySpan<Told> told)
    {
        foreach (ref readonly var one in told)
        {
            if (one.Fact is not null) _facts.Expect(one.Fact.Subject);
            if (one.Now is null) continue;
            _endpointIndex.Expect((one.Now.Originator.Address, 0));
            _endpointIndex.Expect((one.Now.Responder.Address, 0));
        }

        foreach (ref readonly var one in told)
        {
            if (one.Fact is not null) _facts.ExpectRow(one.Fact.Subject);
            if (one.Now is null) continue;
            _endpointIndex.ExpectRow((one.Now.Originator.Address, 0));
            _endpointIndex.ExpectRow((one.Now.Responder.Address, 0));
        }

        for (var index = 0; index < told.Length; index++)
        {
            if (told[index].Now is not { } now) continue;
            _ends[index] =
                new(_endpointIndex.Find((now.Originator.Address, 0)), _endpointIndex.Find((now.Responder.Address, 0)),
                    RecentNumberOf(now.ToService()));
            _conduitIndex.Expect(KeyOf(_ends[index]));
        }

        for (var index = 0; index < told.Length; index++)
            if (told[index].Now is not null) _conduitIndex.ExpectRow(KeyOf(_ends[index]));
    }

    private static (int From, int To, int Service) KeyOf(in Ends ends) => (ends.From, ends.To, ends.Service);

    private int RecentNumberOf(in Service service) =>
        _recentServices[service.Port % _recentServices.Length] is var recent && recent.Service == service ? recent.Number : -1;
}
