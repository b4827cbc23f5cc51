package io.github.wxtoken.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.OAuthToken;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * {@link MemoryTokenStore} under every interleaving that Lincheck tries: its operations on one
 * openid and on one lease have a sequential order.
 */
@Timeout(600)
@Isolated("Lincheck instruments the JDK's classes while it runs")
@Tag("faults")
class MemoryTokenStoreLincheckTest {

  @Test
  void tokensAndLeasesAreLinearizable() {
    options().check(Store.class);
  }

  @Test
  void aStoreThatLooksAndThenWritesWouldBeFound() {
    ModelCheckingOptions options = options().minimizeFailedScenario(false);

    assertThatThrownBy(() -> options.check(Mutant.class))
        .hasMessageContaining("Invalid execution results");
  }

  private static ModelCheckingOptions options() {
    return new ModelCheckingOptions()
        .iterations(5)
        .invocationsPerIteration(200)
        .threads(3)
        .actorsPerThread(2)
        .actorsBefore(1)
        .actorsAfter(1)
        // Patterns have no state, and are closed to Lincheck.
        .addGuarantee(
            ManagedStrategyGuaranteeKt.forClasses(TokenStores.class.getName())
                .allMethods()
                .treatAsAtomic());
  }

  /** The operations that threads run at once; each result is compared with those of every order. */
  @Param(name = "grant", gen = IntGen.class, conf = "0:2")
  public static final class Store {
    private final MemoryTokenStore store = new MemoryTokenStore();
    private final AtomicInteger holders = new AtomicInteger();

    /** For Lincheck. */
    public Store() {}

    @Operation
    public int get() {
      return store.getToken("oA").map(token -> (int) token.createAt()).orElse(-1);
    }

    @Operation
    public void save(@Param(name = "grant") int grant) {
      store.saveToken("oA", token(grant));
    }

    @Operation
    public boolean saveIfAbsent(@Param(name = "grant") int grant) {
      return store.saveTokenIfAbsent("oA", token(grant));
    }

    @Operation
    public boolean replace(@Param(name = "grant") int expected, @Param(name = "grant") int grant) {
      return store.replaceToken("oA", token(expected), token(grant));
    }

    @Operation
    public boolean delete() {
      return store.deleteToken("oA");
    }

    @Operation
    public boolean lease() {
      return store.tryLease("refresh:oA", Duration.ofHours(1)).isPresent();
    }

    /** Whether it had the other lease alone, if it had it. */
    @Operation
    public boolean leaseAndRelease() {
      Optional<Lease> lease = store.tryLease("refresh:oB", Duration.ofHours(1));
      boolean alone = lease.isEmpty() || holders.incrementAndGet() == 1;
      if (lease.isPresent()) {
        holders.decrementAndGet();
        lease.get().close();
      }
      return alone;
    }
  }

  /** A compare-and-set in two steps. */
  @Param(name = "grant", gen = IntGen.class, conf = "0:2")
  public static final class Mutant {
    private final MemoryTokenStore store = new MemoryTokenStore();

    /** For Lincheck. */
    public Mutant() {}

    @Operation
    public boolean saveIfAbsent(@Param(name = "grant") int grant) {
      return store.saveTokenIfAbsent("oA", token(grant));
    }

    @Operation
    public boolean replace(@Param(name = "grant") int expected, @Param(name = "grant") int grant) {
      if (store.getToken("oA").filter(token(expected)::sameGrant).isEmpty()) {
        return false;
      }
      store.saveToken("oA", token(grant));
      return true;
    }
  }

  private static OAuthToken token(int grant) {
    return OAuthToken.builder().openid("oA").accessToken("AT").createAt(grant).build();
  }
}
