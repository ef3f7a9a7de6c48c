namespace ExposureMap.Capture.Conversations;

/// <summary>What later messages of a conversation refer to by a number: the newest few.</summary>
internal sealed class RememberedValues
{
    private const int Most = 16;

    private readonly (ulong Number, ulong Value)[] _values = new (ulong, ulong)[Most];
    private int _next;

    /// <summary>0 where nothing, or nothing any more, is known.</summary>
    public ulong this[ulong number]
    {
        get
        {
            var place = PlaceOf(number);
            return place < 0 ? 0 : _values[place].Value;
        }

        set
        {
            var place = PlaceOf(number);
            if (place < 0) place = _next++ % Most;
            _values[place] = (number, value);
        }
    }

    private int PlaceOf(ulong number)
    {
        for (var place = 0; place < Most; place++) if (_values[place].Number == number && _values[place].Value != 0) return place;
        return -1;
    }
}
