using System.Diagnostics;
using ExposureMap.Capture.Tests;

namespace ExposureMap.Tests.Commands;

/// <summary>Runs the program as its user would: a process of its own, its exit code, what it wrote where.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <param name="arguments">As typed; words are separated by blanks. <c>&lt; FILE</c> at the end feeds standard input.</param>
    /// <param name="folder">The working directory; the repository's root unless told otherwise.</param>
    public static ProgramRun Of(string arguments, string? folder = null)
    {
        var parts = arguments.Split(" < ");
        var start = new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "exposuremap.dll"), .. parts[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Repository.Root,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (parts.Length > 1)
        {
            using var input = File.OpenRead(Path.Combine(start.WorkingDirectory, parts[1]));
            input.CopyTo(process.StandardInput.BaseStream);
        }

        process.StandardInput.Close();
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            throw new TimeoutException($"exposuremap {arguments} did not end");
        }

        return new(process.ExitCode, output.Result, error.Result);
    }
}
