// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Testing.Processes;

/// <summary>How a program ended. Immutable.</summary>
/// <param name="ExitCode">Its exit code; 128 + the signal when it died of one.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">Its standard error.</param>
/// <param name="Elapsed">From start to end.</param>
public sealed record ProcessResult(int ExitCode, string Output, string Errors, TimeSpan Elapsed)
{
    /// <summary>Fails the test unless the program ended with 0.</summary>
    /// <returns>This result.</returns>
    public ProcessResult ShouldSucceed()
    {
        Xunit.Assert.True(ExitCode == 0, $"exit code {ExitCode}\n{Errors}\n{Output}");
        return this;
    }
}
