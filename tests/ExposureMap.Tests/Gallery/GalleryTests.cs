using System.Diagnostics;
using Xunit;

namespace ExposureMap.Tests.Gallery;

/// <summary>The committed gallery is what the program makes today; after a change that is meant, <c>tools/gallery</c> makes it anew.</summary>
public sealed class GalleryTests
{
    private static readonly Lazy<(int ExitCode, string Complaints)> Check = new(RunCheck);

    [Fact]
    public void Gallery_MadeAnew_IsWhatIsCommitted() => Assert.True(Check.Value.ExitCode == 0, Check.Value.Complaints);

    [Fact]
    public void Pictures_MadeAnew_AreWhatIsCommitted()
    {
        var skipped = Check.Value.Complaints.Split('\n').FirstOrDefault(line => line.Contains("not compared", StringComparison.Ordinal));
        if (skipped is not null) Assert.Skip(skipped);
        Assert.DoesNotContain(".svg differs", Check.Value.Complaints);
    }

    [Theory]
    [InlineData("map")]
    [InlineData("path")]
    public void Pictures_OfEverySite_HoldNeitherScriptsNorLinks(string picture)
    {
        var pictures = Directory.GetFiles(Path.Combine(Root, "graphs"), picture + ".svg", SearchOption.AllDirectories);

        Assert.NotEmpty(pictures);
        Assert.All(pictures, path => Assert.DoesNotMatch("<script|<a[ >]|xlink:href|<!DOCTYPE|<!--|javascript:", File.ReadAllText(path)));
    }

    private static string Root
    {
        get
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "ExposureMap.sln"))) directory = directory.Parent;
            return directory?.FullName ?? throw new InvalidOperationException("The tests run inside a checkout of the repository.");
        }
    }

    private static (int ExitCode, string Complaints) RunCheck()
    {
        var start = new ProcessStartInfo(Path.Combine(Root, "tools", "gallery"), ["--check"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true
        };
        start.Environment["PROGRAM"] = Path.Combine(AppContext.BaseDirectory, "exposuremap.dll");
        using var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var complaints = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, complaints);
    }
}
