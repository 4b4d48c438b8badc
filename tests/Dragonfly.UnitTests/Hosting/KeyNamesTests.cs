// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Options;
using Dragonfly.Manager.Options;

namespace Dragonfly.UnitTests.Hosting;

public sealed class KeyNamesTests
{
    [Theory]
    [InlineData("Set database.sqlite.path to another file.", "Set manager.database.sqlite.path to another file.")]
    [InlineData("a database.sqlite.path of its own", "a manager.database.sqlite.path of its own")]
    [InlineData("ends with database.sqlite.path.", "ends with manager.database.sqlite.path.")]
    [InlineData("manager.database.sqlite.path, /x/server.grpc, server.grpc.nothing and database", "manager.database.sqlite.path, /x/server.grpc, server.grpc.nothing and database")]
    public void Keys_are_named_below_their_block(string sentence, string named) =>
        Assert.Equal(named, KeyNames.Below(sentence, typeof(ManagerOptions), "manager"));
}
