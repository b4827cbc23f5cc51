package io.github.wxtoken.testkit;

import static org.junit.jupiter.api.Assumptions.abort;

import io.github.wxtoken.TokenStore;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Nested;

/**
 * What every {@link TokenStore} owes its callers, as tests. A store proves itself with one
 * subclass, which runs all of them:
 *
 * <pre>{@code
 * class MyTokenStoreContractTest extends TokenStoreContract {
 *   @TempDir Path data;
 *
 *   @Override
 *   protected TokenStore open() {
 *     return new MyTokenStore(data);
 *   }
 * }
 * }</pre>
 *
 * <p>Each case is a rule and has the rule as its name. A case gets an instance of the subclass of
 * its own, and the cases of one subclass run one after the other, so data can be emptied in a
 * {@code @BeforeEach} method. What a store cannot show, because its records have no room for it or
 * the subclass does not say how to plant it, is an aborted case with the reason; a full store has
 * none.
 */
public abstract class TokenStoreContract {

  /** For subclasses. */
  protected TokenStoreContract() {}

  /**
   * Opens the store on the data of this case, which are empty when it begins, leases included.
   *
   * <p>It is called more than once in a case, each time for another handle on the same data, as two
   * processes of a cluster have them; a store for a single process returns the same object. The
   * contract closes what it opened.
   *
   * @return a handle
   * @throws Exception if that fails, which fails the case
   */
  protected abstract TokenStore open() throws Exception;

  /**
   * Writes a record past the store as a Node process with wechat-oauth's sample code does, over the
   * one that is there. By default the store shares no format with Node, which aborts the case.
   *
   * @param openid the key
   * @param json the token as {@code JSON.stringify} writes it: the five fields of WeChat's answer
   *     and {@code create_at}, where the numbers may be strings of digits, and at times a field
   *     that nobody knows, to be left out where Node's own code has no place for it
   * @throws Exception if that fails, which fails the case
   */
  protected void writeAsNode(String openid, String json) throws Exception {
    abort("this store shares no format with Node");
  }

  /**
   * Plants a record, past the store, that cannot be read. By default no record of the store can
   * break, which aborts the case.
   *
   * @param openid the key
   * @param content a text that must be somewhere in the record: no message may show it
   * @throws Exception if that fails, which fails the case
   */
  protected void plantCorrupt(String openid, String content) throws Exception {
    abort("no record of this store can break");
  }

  /**
   * Plants a record, past the store, that would be a token but for its length: longer than {@link
   * io.github.wxtoken.TokenStores#MAX_RECORD_CHARS} in any measure. By default any record that
   * cannot be read will do.
   *
   * @param openid the key
   * @param content a text of letters of 300,000 characters that must be in the record, such as in a
   *     field that nobody knows: no message may show it
   * @throws Exception if that fails, which fails the case
   */
  protected void plantTooLong(String openid, String content) throws Exception {
    plantCorrupt(openid, content);
  }

  /**
   * Says what the records have room for.
   *
   * @return everything, unless overridden
   */
  protected Set<Room> room() {
    return EnumSet.allOf(Room.class);
  }

  /**
   * Says how long a key may be. One more is refused.
   *
   * @return 128 characters, unless overridden
   */
  protected int longestOpenid() {
    return 128;
  }

  /**
   * Says up to what length access and refresh tokens are kept. A longer one may be kept or refused,
   * never cut.
   *
   * @return 1,024 characters, unless overridden
   */
  protected int longestToken() {
    return 1024;
  }

  /**
   * Says how long the name of a lease may be. One more is refused.
   *
   * @return 200 characters, unless overridden
   */
  protected int longestLeaseName() {
    return 200;
  }

  /**
   * Says whether a lease has one holder, or the store grants every request as the interface's
   * default does.
   *
   * @return true, unless overridden
   */
  protected boolean enforcesLeases() {
    return true;
  }

  /**
   * Says how long a case waits for what must happen before it fails.
   *
   * @return a time that a busy machine does not use up
   */
  protected Duration patience() {
    return Duration.ofSeconds(60);
  }

  @Nested
  final class Fields extends FieldCases {
    Fields() {
      super(TokenStoreContract.this);
    }
  }

  @Nested
  final class Keys extends KeyCases {
    Keys() {
      super(TokenStoreContract.this);
    }
  }

  @Nested
  final class Get extends GetCases {
    Get() {
      super(TokenStoreContract.this);
    }
  }

  @Nested
  final class Save extends SaveCases {
    Save() {
      super(TokenStoreContract.this);
    }
  }

  @Nested
  final class SaveIfAbsent extends SaveIfAbsentCases {
    SaveIfAbsent() {
      super(TokenStoreContract.this);
    }
  }

  @Nested
  final class Replace extends ReplaceCases {
    Replace() {
      super(TokenStoreContract.this);
    }
  }

  @Nested
  final class Delete extends DeleteCases {
    Delete() {
      super(TokenStoreContract.this);
    }
  }

  @Nested
  final class Scan extends ScanCases {
    Scan() {
      super(TokenStoreContract.this);
    }
  }

  @Nested
  final class Leases extends LeaseCases {
    Leases() {
      super(TokenStoreContract.this);
    }
  }

  @Nested
  final class Ping extends PingCases {
    Ping() {
      super(TokenStoreContract.this);
    }
  }

  @Nested
  final class WrittenByOthers extends ForeignRecordCases {
    WrittenByOthers() {
      super(TokenStoreContract.this);
    }
  }

  @Nested
  final class Close extends CloseCases {
    Close() {
      super(TokenStoreContract.this);
    }
  }

  @Nested
  final class Secrets extends SecretCases {
    Secrets() {
      super(TokenStoreContract.this);
    }
  }
}
