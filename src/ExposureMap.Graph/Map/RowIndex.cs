namespace ExposureMap.Graph.Map;

/// <summary>What makes a row unique.</summary>
internal interface IRowKey<TRow, TKey> where TRow : unmanaged where TKey : struct, IEquatable<TKey>
{
    static abstract TKey Of(in TRow row);

    /// <summary>By <see cref="SeededHash"/>, all bits of it good.</summary>
    static abstract ulong Hash(in TKey key);
}

/// <summary>
/// Rows by the key that lies in them: open addressing (D. E. Knuth, TAOCP vol. 3, section 6.4, algorithm L), a row's number and half of its hash
/// in each place, so that only rows with the right hash are looked at and growing reads no rows. 16 to 32 octets a row.
/// </summary>
internal sealed class RowIndex<TRow, TKey, TWay>(RowTable<TRow> rows)
    where TRow : unmanaged
    where TKey : struct, IEquatable<TKey>
    where TWay : struct, IRowKey<TRow, TKey>
{
    public const int NoRow = -1;

    private ulong[] _places = new ulong[1 << 10];       // hash above, number plus one below; 0 for none
    private int _count;

    public int Find(in TKey key)
    {
        var places = _places;
        var (hash, mask) = (TWay.Hash(key), places.Length - 1);
        for (var place = PlaceOf(hash, mask); places[place] != 0; place = (place + 1) & mask)
        {
            if (places[place] >> 32 != hash >> 32) continue;
            var row = (int)(uint)places[place] - 1;
            if (TWay.Of(rows[row]).Equals(key)) return row;
        }

        return NoRow;
    }

    /// <summary>The row with this key; where there is none <paramref name="next"/>, which the caller adds to the rows now.</summary>
    public int FindOrAdd(in TKey key, int next)
    {
        if (_count * 2L >= _places.Length) Grow();
        var places = _places;
        var (hash, mask) = (TWay.Hash(key), places.Length - 1);
        var place = PlaceOf(hash, mask);
        for (; places[place] != 0; place = (place + 1) & mask)
        {
            if (places[place] >> 32 != hash >> 32) continue;
            var row = (int)(uint)places[place] - 1;
            if (TWay.Of(rows[row]).Equals(key)) return row;
        }

        places[place] = Entry(hash, next);
        _count++;
        return next;
    }

    /// <summary>The key will be sought soon.</summary>
    public void Expect(in TKey key) => Ahead.Fetch(in _places[PlaceOf(TWay.Hash(key), _places.Length - 1)]);

    /// <summary>The key was expected, and its row will be touched soon.</summary>
    public void ExpectRow(in TKey key)
    {
        var hash = TWay.Hash(key);
        var place = _places[PlaceOf(hash, _places.Length - 1)];
        if (place != 0 && place >> 32 == hash >> 32) Ahead.Fetch(in rows[(int)(uint)place - 1]);
    }

    /// <summary>From now on another row is found by the same key.</summary>
    public void Replace(int known, int row)
    {
        var (hash, mask) = (TWay.Hash(TWay.Of(rows[row])), _places.Length - 1);
        var place = PlaceOf(hash, mask);
        while ((uint)_places[place] != (uint)(known + 1)) place = (place + 1) & mask;
        _places[place] = Entry(hash, row);
    }

    /// <summary>Only of a row whose key is not there yet.</summary>
    public void Add(int row)
    {
        if (++_count * 2L > _places.Length) Grow();
        var hash = TWay.Hash(TWay.Of(rows[row]));
        Put(_places, hash, Entry(hash, row));
    }

    /// <summary>The place follows from the upper half of the hash alone, so that it is known when the lower half is not any more.</summary>
    private static void Put(ulong[] places, ulong hash, ulong entry)
    {
        var mask = places.Length - 1;
        var place = PlaceOf(hash, mask);
        while (places[place] != 0) place = (place + 1) & mask;
        places[place] = entry;
    }

    private void Grow()
    {
        var places = new ulong[_places.Length * 2];
        foreach (var entry in _places) if (entry != 0) Put(places, entry, entry);
        _places = places;
    }

    private static ulong Entry(ulong hash, int row) => hash >> 32 << 32 | (uint)(row + 1);

    private static int PlaceOf(ulong hash, int mask) => (int)(hash >> 32) & mask;
}
