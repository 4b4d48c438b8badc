// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Hosts;

namespace Dragonfly.UnitTests.Core.Hosts;

public sealed class ProcessorQueueTests
{
    [Theory]
    [InlineData("7.04 3.48 2.99 25/236 31479\n", 2, true)]
    [InlineData("7.04 3.48 2.99 25/236 31479\n", 16, false)]
    [InlineData("0.04 3.48 2.99 5/236 31479\n", 2, true)]
    [InlineData("9.04 3.48 2.99 4/236 31479\n", 2, false)]
    [InlineData("", 2, false)]
    [InlineData("0.04 3.48 2.99 many 31479", 2, false)]
    public void A_queue_is_long_with_more_than_two_threads_for_each_processor(string loadavg, int processors, bool isLong) =>
        Assert.Equal(isLong, ProcessorQueue.IsLong(loadavg, processors));
}
