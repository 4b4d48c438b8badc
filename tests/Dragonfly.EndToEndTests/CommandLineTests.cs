// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Testing.Processes;

namespace Dragonfly.EndToEndTests;

/// <summary>The program's command line: one line for a mistake, an exit code, no stack trace (observed row C12).</summary>
public sealed class CommandLineTests
{
    [Fact]
    public async Task Version_is_printed()
    {
        var result = (await RunningProgram.RunAsync("dragonfly", ["--version"])).ShouldSucceed();
        Assert.Matches(@"^dragonfly \d+\.\d+\.\d+", result.Output);
    }

    [Fact]
    public async Task C12_An_unknown_role_is_one_line_that_names_the_roles()
    {
        var result = await RunningProgram.RunAsync("dragonfly", ["schedular"]);
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("dragonfly: there is no role 'schedular'", Assert.Single(result.Errors.TrimEnd().Split('\n')));
    }
}
