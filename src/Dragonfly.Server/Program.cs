// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Server;

// Read once, when the first socket is made: completions run on the thread that polls, which saves a hop for each read:
// measured 0.09 against 0.19 CPU seconds a GiB sending, 0.71 against 1.19 receiving (docs/decisions/0005-runtime-settings.md).
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

// Emitting code for what runs once (a pattern of the YAML reader, accessors, the container) takes longer than interpreting it. Entity
// Framework cannot do without, so that programs with a manager keep it (same record).
if (args is ["scheduler" or "dfdaemon", ..])
{
    AppContext.SetSwitch("System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported", false);
}

return await new ServerProgram(Console.Out, Console.Error).RunAsync(args);
