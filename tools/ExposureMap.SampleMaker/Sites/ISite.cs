using ExposureMap.SampleMaker.Network;

namespace ExposureMap.SampleMaker.Sites;

/// <summary>A story: who is there, and what passes between them while the mirror watches.</summary>
internal interface ISite
{
    /// <summary>Its folder below <c>graphs</c>.</summary>
    string Folder { get; }

    Mirror Tell();
}
