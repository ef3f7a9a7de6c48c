namespace ExposureMap.Commands;

/// <summary>What the program's exit codes mean (contract, Commands).</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>An input could not be read or was refused.</summary>
    public const int BadInput = 1;
    public const int WrongUsage = 2;

    /// <summary><c>--fail-on</c> matched.</summary>
    public const int Found = 3;
    public const int Interrupted = 130;
}
