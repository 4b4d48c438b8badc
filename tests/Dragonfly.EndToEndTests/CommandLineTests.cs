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

    [Theory]
    [InlineData("manager", "/etc/dragonfly/manager.yaml", "MANAGER_LOG_LEVEL")]
    [InlineData("scheduler", "/etc/dragonfly/scheduler.yaml", "SCHEDULER_LOG_LEVEL")]
    [InlineData("dfdaemon", "/etc/dragonfly/dfdaemon.yaml", "DFDAEMON_LOG_LEVEL")]
    [InlineData("standalone", "/etc/dragonfly/standalone.yaml", "STANDALONE_LOG_LEVEL")]
    public async Task Help_of_a_role_names_its_own_file_and_environment(string role, string file, string variable)
    {
        var result = (await RunningProgram.RunAsync("dragonfly", [role, "--console", "--help"])).ShouldSucceed();
        Assert.Contains($"usage: dragonfly {role} [flags]", result.Output);
        Assert.Contains(file, result.Output);
        Assert.Contains(variable, result.Output);
        Assert.DoesNotContain("ROLE", result.Output);
    }

    [Fact]
    public async Task C12_An_unknown_role_is_one_line_that_names_the_roles()
    {
        var result = await RunningProgram.RunAsync("dragonfly", ["schedular"]);
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("dragonfly: there is no role 'schedular'", Assert.Single(result.Errors.TrimEnd().Split('\n')));
    }
}
