package io.github.wxtoken.testkit;

import static org.junit.jupiter.api.Assumptions.abort;

import io.github.wxtoken.store.TokenStore;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Nested;

/**
 * The contract of every {@link TokenStore}, as tests. A store has one subclass, which runs all of
 * them:
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
 * {@code @BeforeEach} method. A case is aborted, with the reason, if the store's records have no
 * room for its data, or the subclass does not say how to write them. A complete store aborts none.
 */
public abstract class TokenStoreContract {

  /** For subclasses. */
  protected TokenStoreContract() {}

  /**
   * Opens the store on the data of this case, which are empty when it begins, leases included.
   *
   * <p>The contract calls it more than once in a case, each time for another handle on the same
   * data, as two processes of a cluster have; a store for a single process returns the same object.
   * The contract closes each handle.
   *
   * @return a handle
   * @throws Exception if that fails, which fails the case
   */
  protected abstract TokenStore open() throws Exception;

  /**
   * Returns the view of a store that the cases run on. A subclass of a store's suite overrides it
   * to show that the contract also holds for a view, such as {@link Views#encrypted}.
   *
   * @param store the result of {@link #open}; the contract closes it after the view
   * @return the store itself, unless overridden
   */
  protected TokenStore view(TokenStore store) {
    return store;
  }

  /**
   * Writes a record without the store, as a Node process with wechat-oauth's sample code does.
   * Overwrites the existing record. By default the store shares no format with Node, which aborts
   * the case.
   *
   * @param openid the key
   * @param json the token as {@code JSON.stringify} writes it: the five fields of WeChat's answer
   *     and {@code create_at}, where the numbers may be strings of digits, and sometimes an unknown
   *     field, which is left out if Node's own code cannot write it
   * @throws Exception if that fails, which fails the case
   */
  protected void writeAsNode(String openid, String json) throws Exception {
    abort("this store shares no format with Node");
  }

  /**
   * Writes a record without the store that cannot be read. By default no record of the store can be
   * broken, which aborts the case.
   *
   * @param openid the key
   * @param content a text that must be somewhere in the record: no message may show it
   * @throws Exception if that fails, which fails the case
   */
  protected void plantCorrupt(String openid, String content) throws Exception {
    abort("no record of this store can break");
  }

  /**
   * Writes a record without the store that is a token except for its length: longer than {@link
   * io.github.wxtoken.store.TokenStores#MAX_RECORD_CHARS} in any unit. By default it writes any
   * record that cannot be read.
   *
   * @param openid the key
   * @param content a text of 300,000 letters that must be in the record, such as in an unknown
   *     field: no message may show it
   * @throws Exception if that fails, which fails the case
   */
  protected void plantTooLong(String openid, String content) throws Exception {
    plantCorrupt(openid, content);
  }

  /**
   * Returns the fields that the records have room for.
   *
   * @return everything, unless overridden
   */
  protected Set<Room> room() {
    return EnumSet.allOf(Room.class);
  }

  /**
   * Returns the maximum length of a key. A longer key is refused.
   *
   * @return 128 characters, unless overridden
   */
  protected int longestOpenid() {
    return 128;
  }

  /**
   * Returns the length up to which access and refresh tokens are stored. A longer one may be stored
   * or refused, but never truncated.
   *
   * @return 1,024 characters, unless overridden
   */
  protected int longestToken() {
    return 1024;
  }

  /**
   * Returns the maximum length of a lease's name. A longer name is refused.
   *
   * @return 200 characters, unless overridden
   */
  protected int longestLeaseName() {
    return 200;
  }

  /**
   * Tells whether a lease has one holder, or the store grants every request, as the interface's
   * default does.
   *
   * @return true, unless overridden
   */
  protected boolean enforcesLeases() {
    return true;
  }

  /**
   * Returns how long a case waits for a required event before it fails.
   *
   * @return a time that is long enough on a busy machine
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
  final class SaveAllIfAbsent extends SaveAllIfAbsentCases {
    SaveAllIfAbsent() {
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
  final class AppRecords extends AppRecordCases {
    AppRecords() {
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
