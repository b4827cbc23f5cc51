package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import io.lettuce.core.MigrateArgs;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** A slot of the cluster that moves to another master. */
@Isolated("the keys of others may be in the slot")
class MovingSlotTest {
  @RegisterExtension static final TestServer SERVER = Servers.CLUSTER;

  private static final String PREFIX = "moving:";
  private static final OAuthToken FIRST = Tokens.token("oA");
  private static final OAuthToken SECOND = Tokens.renewed(FIRST);

  @Test
  void tokensAreReadWrittenReplacedAndListedWhileTheirSlotMovesAndAfterwards() {
    Servers.clear(SERVER.url(), PREFIX);
    int slot = SlotHash.getSlot(PREFIX + "oA");
    var client = Servers.clusterClient(SERVER.url());
    try (StatefulRedisClusterConnection<String, String> raw = client.connect();
        TokenStore store = TokenStores.open(Servers.withPrefix(SERVER.url(), PREFIX))) {
      store.saveToken("oA", FIRST);
      RedisClusterNode from = raw.getPartitions().getMasterBySlot(slot);
      RedisClusterNode to =
          raw.getPartitions().stream().filter(node -> !node.equals(from)).findFirst().orElseThrow();
      RedisClusterCommands<String, String> source = raw.getConnection(from.getNodeId()).sync();
      RedisClusterCommands<String, String> target = raw.getConnection(to.getNodeId()).sync();

      target.clusterSetSlotImporting(slot, from.getNodeId());
      source.clusterSetSlotMigrating(slot, to.getNodeId());
      assertThat(store.getToken("oA")).contains(FIRST);
      assertThat(store.replaceToken("oA", FIRST, SECOND)).isTrue();

      List<String> keys = source.clusterGetKeysInSlot(slot, 1_000);
      source.migrate(
          to.getUri().getHost(), to.getUri().getPort(), 0, 10_000, MigrateArgs.Builder.keys(keys));
      assertThat(store.getToken("oA")).contains(SECOND);
      assertThat(store.replaceToken("oA", SECOND, FIRST)).isTrue();

      for (RedisClusterNode node : raw.getPartitions()) {
        raw.getConnection(node.getNodeId()).sync().clusterSetSlotNode(slot, to.getNodeId());
      }
      assertThat(store.getToken("oA")).contains(FIRST);
      assertThat(store.replaceToken("oA", FIRST, SECOND)).isTrue();
      assertThat(store.tokens()).containsExactly(SECOND);
    } finally {
      client.shutdown();
    }
  }
}
