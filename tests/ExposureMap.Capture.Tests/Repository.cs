namespace ExposureMap.Capture.Tests;

/// <summary>Where things lie in the checkout that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The real captures beside the project, or null where they are not.</summary>
    public static string? SharedCaptures =>
        Directory.Exists(Path.Combine(Root, "..", "shared", "captures")) ? Path.GetFullPath(Path.Combine(Root, "..", "shared", "captures")) : null;

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "ExposureMap.sln"))) directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("The tests run inside a checkout of the repository.");
    }
}
