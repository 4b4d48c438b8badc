// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Cli.Get;

return GetCommand.Run(args, Environment.GetEnvironmentVariable, TimeProvider.System);
