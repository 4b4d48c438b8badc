// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Swarm.Schedule;

return args switch
{
    ["schedule", .. var rest] => await ScheduleBenchmark.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Dragonfly.Swarm schedule [--server PROGRAM] [--seconds N] [--in-flight N] [--connections N] [--stock]");
    return 2;
}
