package io.github.wxtoken.examples;

import io.github.wxtoken.examples.User.End;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Fault;
import org.junit.jupiter.api.Test;

class OneNodeBrowserTest extends BrowserPaths {
  OneNodeBrowserTest() {
    super(1);
  }

  @Test
  void aNodeThatIsOverItsQuotaAsksWeChatNoMoreBeforeTheNextMinute() {
    site().wechat().faults().add(Endpoint.EXCHANGE, Fault.errcode(45011).times(1));
    user().open("/me");
    user().reload();

    ends("exchange refused by 45011, reload within the minute", End.MAY_START_AGAIN, 1, 1);
  }

  @Test
  void anAddressThatWeChatDoesNotAllowAsksOncePerReload() {
    site().wechat().faults().add(Endpoint.EXCHANGE, Fault.errcode(40164));
    user().open("/me");
    user().reload();

    ends("exchange refused by 40164, reload, refused again", End.MAY_START_AGAIN, 1, 2);
  }
}
