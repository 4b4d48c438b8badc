// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Swarm.Schedule;
using Dragonfly.Swarm.Small;
using Dragonfly.Swarm.Start;
using Dragonfly.Swarm.Wire;

return args switch
{
    ["schedule", .. var rest] => await ScheduleBenchmark.RunAsync(rest),
    ["small", .. var rest] => await SmallCommand.RunAsync(rest),
    ["start", .. var rest] => await StartCommand.RunAsync(rest),
    ["wire", .. var rest] => await new WireCommand(WireOptions.Parse(rest)).RunAsync(),
    ["wire-parent", .. var rest] => await WireParent.RunAsync(rest),
    ["wire-child", .. var rest] => await WireChild.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        """
        usage: Dragonfly.Swarm schedule [--server PROGRAM] [--seconds N] [--in-flight N] [--connections N] [--stock]
               Dragonfly.Swarm wire [--sizes 1,2,4,8] [--rounds 5] [--where memory,disk] [--paths raw,swarm,tls]
                 One warm peer to one child on loopback, against nginx to curl writing the same file, alternating in the same run.
               Dragonfly.Swarm small [--files 1000] [--peers 4] [--jobs 16] [--report FILE]
                 Many small files on several peers at once, by dfget -i; what the origin saw of it.
               Dragonfly.Swarm start [--runs 20] [--report FILE]
                 Starts, stops, idle memory, and the times of single small downloads.
        """);
    return 2;
}
