namespace ExposureMap.SampleMaker.Network;

/// <summary>Repeatable chance (SplitMix64, Steele et al. 2014): the same seed gives the same capture on every machine.</summary>
internal sealed class Chance(ulong seed)
{
    private ulong _state = seed;

    public int Below(int limit) => (int)(Next() % (ulong)limit);

    public uint Number() => (uint)Next();

    public TimeSpan Milliseconds(int from, int to) => TimeSpan.FromMicroseconds((from * 1000L) + Below((to - from) * 1000));

    public TimeSpan Seconds(int from, int to) => Milliseconds(from * 1000, to * 1000);

    /// <summary>Stands for what is encrypted.</summary>
    public byte[] Octets(int count)
    {
        var octets = new byte[count];
        for (var index = 0; index < count; index++) octets[index] = (byte)Next();
        return octets;
    }

    private ulong Next()
    {
        var mixed = _state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
