BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE alert_rules (
	rule_id VARCHAR(64) NOT NULL, 
	model_id VARCHAR(128) NOT NULL, 
	name VARCHAR(128) NOT NULL, 
	definition TEXT NOT NULL, 
	enabled BOOLEAN NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	since BIGINT NOT NULL, 
	last_value FLOAT, 
	progress TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (rule_id), 
	FOREIGN KEY(model_id) REFERENCES models (model_id), 
	UNIQUE (model_id, name)
);
INSERT INTO "alert_rules" VALUES('alert-019b7739-df00-7000-80a0-3ee880d5acfa','m','slow','{"above":0.01,"below":null,"clear_above":null,"clear_below":null,"clear_fraction":null,"drift":null,"for_windows":1,"least_rows":100,"log":true,"metric":"latency_p99","model_id":"m","name":"slow","rollback":"","version":"production","webhooks":[],"window_seconds":3600.0}',1,'no_data',1767231840000000,NULL,'{"begun_at":0,"fired_event_id":0,"fired_version_id":"","reason":"","rollback":"","state":{"counted_end":null,"is_open":false,"name":"no_data","rows":0,"value":null,"version_id":"","window_end":null,"windows":0}}',1767231840000000,1767231840000000,'d9a917fcbe9a32b09cc3c2456decc855');
INSERT INTO "alert_rules" VALUES('alert-019b7739-df00-7001-ae57-4ab029ad4c79','m','quiet','{"above":null,"below":1.0,"clear_above":null,"clear_below":null,"clear_fraction":null,"drift":null,"for_windows":1,"least_rows":100,"log":true,"metric":"count","model_id":"m","name":"quiet","rollback":"","version":"production","webhooks":[],"window_seconds":3600.0}',0,'no_data',1767231840000000,NULL,'{"begun_at":0,"fired_event_id":0,"fired_version_id":"","reason":"","rollback":"","state":{"counted_end":null,"is_open":false,"name":"no_data","rows":0,"value":null,"version_id":"","window_end":null,"windows":0}}',1767231840000000,1767231840000000,'ff0236a76c037e4383fb6cc5f00d0665');
CREATE TABLE chunks (
	chunk_blake3 BLOB NOT NULL, 
	pack_blake3 BLOB NOT NULL, 
	offset_bytes BIGINT NOT NULL, 
	stored_bytes BIGINT NOT NULL, 
	raw_bytes BIGINT NOT NULL, 
	kind SMALLINT NOT NULL, 
	depth SMALLINT NOT NULL, 
	chain_bytes BIGINT NOT NULL, 
	needs BLOB NOT NULL, 
	refs BIGINT NOT NULL, 
	PRIMARY KEY (chunk_blake3), 
	FOREIGN KEY(pack_blake3) REFERENCES packs (pack_blake3)
);
INSERT INTO "chunks" VALUES(X'7C9DC47B3B7A928E86B42605F7DE4F4D48CE4FCD8C52F9E691ACD38C7FF00037',X'F5D6D313056C9D5307638DFB1F476F8702E9228FC2F575F1D914EA937D9FFE42',16,8,7,0,0,0,X'',2);
INSERT INTO "chunks" VALUES(X'ED840381BF35F5FDA27ABB48C2CF9A20724AE348308B4A365C9B8D790A025E39',X'F5D6D313056C9D5307638DFB1F476F8702E9228FC2F575F1D914EA937D9FFE42',24,715,1481,2,0,0,X'',1);
INSERT INTO "chunks" VALUES(X'570A7C7F45E116ECE9C85D692B6A01D83AE4973BF237067E9B19A4A75A66F76B',X'8DFB78F912243FA3CE171957F0BF2A9D5ABE372A4C8A7CF9FC80F6DD85E1CE1E',16,41,2017,0,0,0,X'',1);
INSERT INTO "chunks" VALUES(X'5FED77C96C4182BC2303EC5FBA95A091CA79C78C2C4FC5739F8523F2E6F8C316',X'8DFB78F912243FA3CE171957F0BF2A9D5ABE372A4C8A7CF9FC80F6DD85E1CE1E',57,661,1382,2,0,0,X'',1);
INSERT INTO "chunks" VALUES(X'F214E79AD193865A36C9102897A28F60480DAA5EF16651742EF5E10F5E74F8BF',X'8377E678FCD6D372AD6767209B7E45DBF7B001736728B446CFA5D198144A14B0',16,42,3017,0,0,0,X'',1);
INSERT INTO "chunks" VALUES(X'F65044E08E2D642BBCF01221E2983B45799026AF6799E33A64DADB27CEFF63FA',X'8377E678FCD6D372AD6767209B7E45DBF7B001736728B446CFA5D198144A14B0',58,662,1382,2,0,0,X'',1);
INSERT INTO "chunks" VALUES(X'31FA29EAD925FF775171E046FE82A49C00B97FA5B82EA090A91D1B1FEBFA8345',X'6385854A14C132CF5C6F0C7F7B266B2AE5C3863C77543A25B46EB4A8188DEEC5',16,458,877,2,0,0,X'',1);
INSERT INTO "chunks" VALUES(X'D471B7D1B01B465370BB90FC518DE37CAED7AF08D5A008AEF3BA9D79A6C4C2F2',X'DDE2BB14232B70A50BCBF75D4236D4DDC74F2C88AC31AF00137EBAD1FBE6F16D',16,641,1342,2,0,0,X'',1);
INSERT INTO "chunks" VALUES(X'D88775A5E63750FDC32C2FFEB7D3B456E0CA8CB74A2B71FAD447EB67E05D7D30',X'6A5B9276B899F3D633E31CA48339742BFBBD929890010B24855BF5139D79028C',16,8,7,0,0,0,X'',2);
INSERT INTO "chunks" VALUES(X'5F8F8426A9F010BF05643E5C12CA844D04B753A759F08C9C41FDB3B36D135A3E',X'6A5B9276B899F3D633E31CA48339742BFBBD929890010B24855BF5139D79028C',24,645,1342,2,0,0,X'',1);
INSERT INTO "chunks" VALUES(X'9CE550C48205379A54AE47C8699022F71F32D1E6996E80787A8851BB3BCAF253',X'0EA7E7048B3D16A2F1438259D31009EC73D9212392F9934B3E05B2CCE666762C',16,641,1350,2,0,0,X'',1);
CREATE TABLE events (
	event_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at BIGINT NOT NULL, 
	actor TEXT NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	model_id VARCHAR(128) NOT NULL, 
	version_id VARCHAR(200) NOT NULL, 
	stage VARCHAR(16) NOT NULL, 
	"before" TEXT NOT NULL, 
	"after" TEXT NOT NULL, 
	returns_to INTEGER, 
	row_blake2b VARCHAR(32) NOT NULL
);
INSERT INTO "events" VALUES(1,1767226020000000,'ada','model_registered','m','','','{}','{}',NULL,'2b214cb1a7737be24e15120f665acee5');
INSERT INTO "events" VALUES(2,1767226020000000,'ada','version_created','m','019b76e1-10a0-7000-8f3a-ee96fa7ab0a2','','{}','{"status":"ready","version_number":"1.0.0"}',NULL,'d5af3cdfca747f455bb7625759667845');
INSERT INTO "events" VALUES(3,1767226440000000,'ada','version_created','m','019b76e7-7940-7000-a4b5-f5cbf0a115fd','','{}','{"status":"ready","version_number":"1.0.1"}',NULL,'f89ef3f47019c9f60cf47cc37b33c2ed');
INSERT INTO "events" VALUES(4,1767226860000000,'ada','version_created','m','019b76ed-e1e0-7000-b97a-75346292435b','','{}','{"status":"ready","version_number":"1.0.2"}',NULL,'c7983547f20ea3dfdaadb7323afc5471');
INSERT INTO "events" VALUES(5,1767227280000000,'ada','version_created','m','019b76f4-4a80-7000-84e7-8446d887e060','','{}','{"status":"ready","version_number":"1.0.3"}',NULL,'0d9b4db059e1629ddeebff3f0aa94526');
INSERT INTO "events" VALUES(6,1767227280000000,'ada','version_opened','m','019b76f4-4a80-7001-8b06-7de305962d44','','{}','{"status":"training","version_number":"1.0.4"}',NULL,'255e1bc27571b99c98d4528965ae9dce');
INSERT INTO "events" VALUES(7,1767227700000000,'ada','model_registered','n','','','{}','{}',NULL,'91332a2985b34afe5c5f8a500572c548');
INSERT INTO "events" VALUES(8,1767227700000000,'ada','version_created','n','019b76fa-b320-7000-b0ea-1ddb7ae1cded','','{}','{"status":"ready","version_number":"1.0.0"}',NULL,'e54b6732f5d62300e2332bb0bedb92a3');
INSERT INTO "events" VALUES(9,1767228120000000,'ada','version_created','n','019b7701-1bc0-7000-9d0e-df805a868e63','','{}','{"status":"ready","version_number":"1.0.1"}',NULL,'86fe50baff4f64093a90965c464f8ea0');
INSERT INTO "events" VALUES(10,1767228120000000,'ada','card_kept','m','019b76e1-10a0-7000-8f3a-ee96fa7ab0a2','','{}','{}',NULL,'58111bf2165dc8715c42ed2656798d8a');
INSERT INTO "events" VALUES(11,1767228120000000,'ada','policy_set','m','','','{}','{"on_finding":"warn","production_rank":null,"signing":null}',NULL,'6547d911214f9e587c4a24e468e6c1a3');
INSERT INTO "events" VALUES(12,1767228120000000,'ada','version_signed','m','019b76e1-10a0-7000-8f3a-ee96fa7ab0a2','','{}','{"key_id":"e5ab40d5f2c2cc131a537332aca965dff4bb141c409756761af77613cfe525d4"}',NULL,'176a5be799adf9b5615d7f314fe554c1');
INSERT INTO "events" VALUES(13,1767228540000000,'ada','deployed','m','019b76e1-10a0-7000-8f3a-ee96fa7ab0a2','staging','{"version_id":"","version_number":""}','{"deployment_config":{},"reason":"to staging","version_id":"019b76e1-10a0-7000-8f3a-ee96fa7ab0a2","version_number":"1.0.0"}',NULL,'cfa2d81b4ee0d073c20e3f1104837086');
INSERT INTO "events" VALUES(14,1767228960000000,'ada','deployed','m','019b76e1-10a0-7000-8f3a-ee96fa7ab0a2','production','{"version_id":"","version_number":""}','{"deployment_config":{},"reason":"to production","version_id":"019b76e1-10a0-7000-8f3a-ee96fa7ab0a2","version_number":"1.0.0"}',NULL,'88656e4eee8591fccf19ef2a1ced066f');
INSERT INTO "events" VALUES(15,1767229380000000,'ada','deployed','m','019b76e7-7940-7000-a4b5-f5cbf0a115fd','production','{"version_id":"019b76e1-10a0-7000-8f3a-ee96fa7ab0a2","version_number":"1.0.0"}','{"deployment_config":{},"reason":"to production","version_id":"019b76e7-7940-7000-a4b5-f5cbf0a115fd","version_number":"1.0.1"}',14,'6d4afeee95361d5cd4c8138a20f0f030');
INSERT INTO "events" VALUES(16,1767229800000000,'ada','deployed','n','019b76fa-b320-7000-b0ea-1ddb7ae1cded','production','{"version_id":"","version_number":""}','{"deployment_config":{},"reason":"to production","version_id":"019b76fa-b320-7000-b0ea-1ddb7ae1cded","version_number":"1.0.0"}',NULL,'568df4251a77bec9ea6aa7e3bb63589f');
INSERT INTO "events" VALUES(17,1767229800000000,'ada','rolled_back','m','019b76e1-10a0-7000-8f3a-ee96fa7ab0a2','production','{"version_id":"019b76e7-7940-7000-a4b5-f5cbf0a115fd","version_number":"1.0.1"}','{"deployment_config":{},"reason":"worse","version_id":"019b76e1-10a0-7000-8f3a-ee96fa7ab0a2","version_number":"1.0.0"}',NULL,'7695327ea47ef787deaa7fa09d5a7e09');
INSERT INTO "events" VALUES(18,1767230220000000,'ada','deployed','m','019b76ed-e1e0-7000-b97a-75346292435b','production','{"version_id":"019b76e1-10a0-7000-8f3a-ee96fa7ab0a2","version_number":"1.0.0"}','{"deployment_config":{"replicas":2},"version_id":"019b76ed-e1e0-7000-b97a-75346292435b","version_number":"1.0.2"}',17,'b1876d01dbd04fa472bf653269483c13');
INSERT INTO "events" VALUES(19,1767230220000000,'ada','version_removed','m','019b76e7-7940-7000-a4b5-f5cbf0a115fd','','{"version_number":"1.0.1"}','{"backup_path":"m/019b76e7-7940-7000-a4b5-f5cbf0a115fd+20260101T011700000000Z","reason":"deleted"}',NULL,'c1deb33cfb9841bbcc1da4af82154937');
INSERT INTO "events" VALUES(20,1767230220000000,'ada','deployed','m','019b76f4-4a80-7000-84e7-8446d887e060','canary','{"version_id":"","version_number":""}','{"deployment_config":{},"reason":"rollout","version_id":"019b76f4-4a80-7000-84e7-8446d887e060","version_number":"1.0.3"}',NULL,'dc40824794be34c1825de3feb61b71ee');
INSERT INTO "events" VALUES(21,1767230220000000,'ada','rollout_pending','m','019b76f4-4a80-7000-84e7-8446d887e060','','{}','{"plan":{"alpha":0.05,"deadline_seconds":604800.0,"metrics":[{"higher_is_better":false,"kind":"event","margin":null,"name":"errors","negligible_rate":0.005,"tolerance":null}],"on_failure":"abort","on_success":"promote","shadow":false,"steps":[{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.01},{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.5}],"warm_up_units":300,"webhooks":[]},"reason":"","rollout_id":"rollout-019b7721-26e0-7000-9685-50ff204c475d","state":"pending"}',NULL,'34daaa59c7e87622e449925908fef8dd');
INSERT INTO "events" VALUES(22,1767230220000000,'ada','rollout_running','m','019b76f4-4a80-7000-84e7-8446d887e060','','{"state":"pending"}','{"reason":"started","rollout_id":"rollout-019b7721-26e0-7000-9685-50ff204c475d","state":"running","step":0,"verdict":{}}',NULL,'d79608d05b0ee5d400b200524ea2a7e9');
INSERT INTO "events" VALUES(23,1767230220000000,'ada','rollout_aborting','m','019b76f4-4a80-7000-84e7-8446d887e060','','{"state":"running"}','{"reason":"no","rollout_id":"rollout-019b7721-26e0-7000-9685-50ff204c475d","state":"aborting","step":0,"verdict":{}}',NULL,'a539a69c04789ef13900c25b270cd337');
INSERT INTO "events" VALUES(24,1767230220000001,'ada','deactivated','m','019b76f4-4a80-7000-84e7-8446d887e060','canary','{"version_id":"019b76f4-4a80-7000-84e7-8446d887e060","version_number":"1.0.3"}','{"reason":"no","version_id":"","version_number":""}',NULL,'d0dccf1b94af1b232a9e2bd143e956a8');
INSERT INTO "events" VALUES(25,1767230220000000,'ada','rollout_aborted','m','019b76f4-4a80-7000-84e7-8446d887e060','','{"state":"aborting"}','{"reason":"no","rollout_id":"rollout-019b7721-26e0-7000-9685-50ff204c475d","state":"aborted","step":0,"verdict":{}}',NULL,'5d5ba42cf10896f4a1865a46ee31d13e');
INSERT INTO "events" VALUES(26,1767230640000000,'ada','deployed','m','019b76f4-4a80-7000-84e7-8446d887e060','canary','{"version_id":"","version_number":""}','{"deployment_config":{},"reason":"rollout","version_id":"019b76f4-4a80-7000-84e7-8446d887e060","version_number":"1.0.3"}',NULL,'853199638f5a9379f61c507438025f72');
INSERT INTO "events" VALUES(27,1767230640000000,'ada','rollout_pending','m','019b76f4-4a80-7000-84e7-8446d887e060','','{}','{"plan":{"alpha":0.05,"deadline_seconds":604800.0,"metrics":[{"higher_is_better":false,"kind":"event","margin":null,"name":"errors","negligible_rate":0.005,"tolerance":null}],"on_failure":"abort","on_success":"promote","shadow":false,"steps":[{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.25},{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.5}],"warm_up_units":300,"webhooks":[]},"reason":"","rollout_id":"rollout-019b7727-8f80-7000-9cab-ffa18a8d0884","state":"pending"}',NULL,'7432bab56247f54018275efec6e8a291');
INSERT INTO "events" VALUES(28,1767230640000000,'ada','rollout_running','m','019b76f4-4a80-7000-84e7-8446d887e060','','{"state":"pending"}','{"reason":"started","rollout_id":"rollout-019b7727-8f80-7000-9cab-ffa18a8d0884","state":"running","step":0,"verdict":{}}',NULL,'aa65589e7a2647d637cb26a87b9c8a44');
INSERT INTO "events" VALUES(29,1767230640000000,'ada','override_set','m','','','{}','{"arm":"canary","unit":"tester"}',NULL,'203e03221a4b07509ce14a819942f9d9');
INSERT INTO "events" VALUES(30,1767230640000000,'ada','experiment_started','n','','','{}','{"arms":{"b":"019b7701-1bc0-7000-9d0e-df805a868e63","control":"019b76fa-b320-7000-b0ea-1ddb7ae1cded"},"experiment_id":"019b7727-8f80-7000-92bb-75e7777632bb","reason":"","shares":{"b":0.5,"control":0.5}}',NULL,'4bbfaae60cdb33325a16ce29fbf55194');
INSERT INTO "events" VALUES(31,1767231840000000,'ada','alert_added','m','','','{}','{"name":"slow","rule":{"above":0.01,"below":null,"clear_above":null,"clear_below":null,"clear_fraction":null,"drift":null,"for_windows":1,"least_rows":100,"log":true,"metric":"latency_p99","model_id":"m","name":"slow","rollback":"","version":"production","webhooks":[],"window_seconds":3600.0},"rule_id":"alert-019b7739-df00-7000-80a0-3ee880d5acfa"}',NULL,'98dcc4158915a5449d7714334ccd0ec2');
INSERT INTO "events" VALUES(32,1767231840000000,'ada','alert_added','m','','','{}','{"name":"quiet","rule":{"above":null,"below":1.0,"clear_above":null,"clear_below":null,"clear_fraction":null,"drift":null,"for_windows":1,"least_rows":100,"log":true,"metric":"count","model_id":"m","name":"quiet","rollback":"","version":"production","webhooks":[],"window_seconds":3600.0},"rule_id":"alert-019b7739-df00-7001-ae57-4ab029ad4c79"}',NULL,'2f538937c749210d8e6c6fa498c66cef');
INSERT INTO "events" VALUES(33,1767231840000000,'ada','alert_disabled','m','','','{}','{"name":"quiet","rule_id":"alert-019b7739-df00-7001-ae57-4ab029ad4c79"}',NULL,'8f8a4894cb71c83b68c08cbc29bc80a3');
INSERT INTO "events" VALUES(34,1767225600000000,'ada','model_registered','guest','','','{}','{}',NULL,'09f40f37bab197332a9dde75349c474b');
INSERT INTO "events" VALUES(35,1767225600000000,'ada','version_created','guest','019b76da-a800-7000-9b31-29c7bf5dbfdd','','{}','{"status":"ready","version_number":"1.0.0"}',NULL,'6200064bd3d809841e80ca4a1475a133');
INSERT INTO "events" VALUES(36,1767231840000000,'ada','card_kept','guest','019b76da-a800-7000-9b31-29c7bf5dbfdd','','{}','{}',NULL,'4be2ec77e633edaa5e9a439759e221ce');
INSERT INTO "events" VALUES(37,1767231840000000,'ada','card_kept','n','019b76fa-b320-7000-b0ea-1ddb7ae1cded','','{}','{}',NULL,'7a5c905d26e5784fb361c887ae669217');
CREATE TABLE experiments (
	experiment_id VARCHAR(64) NOT NULL, 
	model_id VARCHAR(128) NOT NULL, 
	open_model_id VARCHAR(128), 
	state VARCHAR(16) NOT NULL, 
	"plan" TEXT NOT NULL, 
	progress TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (experiment_id), 
	FOREIGN KEY(model_id) REFERENCES models (model_id), 
	UNIQUE (open_model_id)
);
INSERT INTO "experiments" VALUES('019b7727-8f80-7000-92bb-75e7777632bb','n','n','running','{"allocation":"fixed","alpha":0.05,"arms":[{"name":"control","share":0.5,"version_id":"019b76fa-b320-7000-b0ea-1ddb7ae1cded"},{"name":"b","share":0.5,"version_id":"019b7701-1bc0-7000-9d0e-df805a868e63"}],"covariate":null,"horizon_units":10000,"metrics":[{"higher_is_better":false,"kind":"event","name":"errors"}],"minimum_units":100}','{"ended_event":0,"reason":"","shares":[0.5,0.5],"started_event":30,"winner":null}',1767230640000000,1767230640000000,'f199eb160ed4703a6e52bef7fecdc7f2');
CREATE TABLE leases (
	name VARCHAR(128) NOT NULL, 
	holder VARCHAR(64) NOT NULL, 
	token BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	done_at BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "leases" VALUES('rollouts','6952fce3b7064d0c8f86835707ac1b0a',1,1767231845000000,0);
INSERT INTO "leases" VALUES('alerts','a3d3a2b4594543a68c77aac56f2ece09',1,1767231845000000,0);
CREATE TABLE model_policies (
	model_id VARCHAR(128) NOT NULL, 
	policy TEXT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (model_id), 
	FOREIGN KEY(model_id) REFERENCES models (model_id)
);
INSERT INTO "model_policies" VALUES('m','{"on_finding":"warn","production_rank":null,"signing":null}','b0a43aecd347dfd0325e14c162886e62');
CREATE TABLE models (
	model_id VARCHAR(128) NOT NULL, 
	name_key VARCHAR(128) NOT NULL, 
	created_at BIGINT NOT NULL, 
	last_ordinal BIGINT NOT NULL, 
	last_numbers TEXT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (model_id), 
	UNIQUE (name_key)
);
INSERT INTO "models" VALUES('m','m',1767226020000000,5,'{"semantic":"1.0.4"}','1c61c64af180c24ec7efa0d4c801f4bb');
INSERT INTO "models" VALUES('n','n',1767227700000000,2,'{"semantic":"1.0.1"}','2a6a9306c4c250d8438a970beb2e3480');
INSERT INTO "models" VALUES('guest','guest',1767225600000000,1,'{"semantic":"1.0.0"}','27bd86b6f915b4db3086c13824d0514c');
CREATE TABLE packs (
	pack_blake3 BLOB NOT NULL, 
	stored_bytes BIGINT NOT NULL, 
	PRIMARY KEY (pack_blake3)
);
INSERT INTO "packs" VALUES(X'F5D6D313056C9D5307638DFB1F476F8702E9228FC2F575F1D914EA937D9FFE42',903);
INSERT INTO "packs" VALUES(X'8DFB78F912243FA3CE171957F0BF2A9D5ABE372A4C8A7CF9FC80F6DD85E1CE1E',882);
INSERT INTO "packs" VALUES(X'8377E678FCD6D372AD6767209B7E45DBF7B001736728B446CFA5D198144A14B0',884);
INSERT INTO "packs" VALUES(X'6385854A14C132CF5C6F0C7F7B266B2AE5C3863C77543A25B46EB4A8188DEEC5',584);
INSERT INTO "packs" VALUES(X'DDE2BB14232B70A50BCBF75D4236D4DDC74F2C88AC31AF00137EBAD1FBE6F16D',767);
INSERT INTO "packs" VALUES(X'6A5B9276B899F3D633E31CA48339742BFBBD929890010B24855BF5139D79028C',833);
INSERT INTO "packs" VALUES(X'0EA7E7048B3D16A2F1438259D31009EC73D9212392F9934B3E05B2CCE666762C',767);
CREATE TABLE removed_versions (
	version_id VARCHAR(200) NOT NULL, 
	model_id VARCHAR(128) NOT NULL, 
	version_number VARCHAR(128) NOT NULL, 
	created_at BIGINT NOT NULL, 
	parent_version VARCHAR(200), 
	removed_at BIGINT NOT NULL, 
	removed_by TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	backup_path TEXT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (version_id), 
	FOREIGN KEY(model_id) REFERENCES models (model_id)
);
INSERT INTO "removed_versions" VALUES('019b76e7-7940-7000-a4b5-f5cbf0a115fd','m','1.0.1',1767226440000000,'019b76e1-10a0-7000-8f3a-ee96fa7ab0a2',1767230220000000,'ada','deleted','m/019b76e7-7940-7000-a4b5-f5cbf0a115fd+20260101T011700000000Z','dbb9ecb840f3396eb7fcebd55b759540');
CREATE TABLE rollouts (
	rollout_id VARCHAR(64) NOT NULL, 
	model_id VARCHAR(128) NOT NULL, 
	open_model_id VARCHAR(128), 
	version_id VARCHAR(200) NOT NULL, 
	stable_version_id VARCHAR(200) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	step INTEGER NOT NULL, 
	"plan" TEXT NOT NULL, 
	progress TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (rollout_id), 
	FOREIGN KEY(model_id) REFERENCES models (model_id), 
	UNIQUE (open_model_id)
);
INSERT INTO "rollouts" VALUES('rollout-019b7721-26e0-7000-9685-50ff204c475d','m',NULL,'019b76f4-4a80-7000-84e7-8446d887e060','019b76ed-e1e0-7000-b97a-75346292435b','aborted',0,'{"alpha":0.05,"deadline_seconds":604800.0,"metrics":[{"higher_is_better":false,"kind":"event","margin":null,"name":"errors","negligible_rate":0.005,"tolerance":null}],"on_failure":"abort","on_success":"promote","shadow":false,"steps":[{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.01},{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.5}],"warm_up_units":300,"webhooks":[]}','{"at_gate":false,"canary_units_before":0,"decide_by":1767835020000000,"reason":"no","since":1767230220000000,"step_started_at":1767230220000000,"told_before":{},"verdict":{}}',1767230220000000,1767230220000000,'fbbeb2576d89c2ed9db17d7c6536622a');
INSERT INTO "rollouts" VALUES('rollout-019b7727-8f80-7000-9cab-ffa18a8d0884','m','m','019b76f4-4a80-7000-84e7-8446d887e060','019b76ed-e1e0-7000-b97a-75346292435b','running',0,'{"alpha":0.05,"deadline_seconds":604800.0,"metrics":[{"higher_is_better":false,"kind":"event","margin":null,"name":"errors","negligible_rate":0.005,"tolerance":null}],"on_failure":"abort","on_success":"promote","shadow":false,"steps":[{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.25},{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.5}],"warm_up_units":300,"webhooks":[]}','{"at_gate":false,"canary_units_before":0,"decide_by":1767835440000000,"reason":"started","since":1767230640000000,"step_started_at":1767230640000000,"told_before":{},"verdict":{"decision":"wait","evidence_until":1,"looked":{"canary_units_before":0,"elapsed_seconds":0.0,"is_last":false,"step":{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.25},"told_before":{}},"metrics":[{"better":false,"e_value":0.33419299788098134,"effect":"relative risk","events":[18,6],"harmful":false,"high":3.8069735386639283,"low":0.17766589136199618,"name":"errors","needed":20.0,"not_inferior":false,"sentence":"errors: it is 0.18 to 3.81 times that of stable (95.0% sure), 6 of 46 against 18 of 154; the margin is 1.5","told":[154,46]}],"sentence":"no harm found; the step goes on until 300 s more have passed and the canary has served 54 more units","split_e_value":0.9053802654490919,"unasked":[],"units":[154,46]}}',1767230640000000,1767230640000000,'883f9961718ed50f6f7d21ae0d45bb76');
CREATE TABLE routing_tables (
	model_id VARCHAR(128) NOT NULL, 
	revision BIGINT NOT NULL, 
	routing_table TEXT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (model_id), 
	FOREIGN KEY(model_id) REFERENCES models (model_id)
);
INSERT INTO "routing_tables" VALUES('m',29,'{"arms":[{"name":"stable","version_id":"019b76ed-e1e0-7000-b97a-75346292435b","weight":0.75},{"name":"canary","version_id":"019b76f4-4a80-7000-84e7-8446d887e060","weight":0.25}],"claims":[[0,4611686018427387904,1]],"model_id":"m","overrides":{"tester":1},"revision":29,"salt":"853afa84a958c670628e55af84eed8f7","shadow":null,"split_id":"rollout-019b7727-8f80-7000-9cab-ffa18a8d0884"}','d91afc82c906bf6bfac36568e6ff292c');
INSERT INTO "routing_tables" VALUES('n',30,'{"arms":[{"name":"control","version_id":"019b76fa-b320-7000-b0ea-1ddb7ae1cded","weight":0.5},{"name":"b","version_id":"019b7701-1bc0-7000-9d0e-df805a868e63","weight":0.5}],"claims":[[0,9223372036854775808,1]],"model_id":"n","overrides":{},"revision":30,"salt":"2870a818ff70b27d70c017d13199c6af","shadow":null,"split_id":"019b7727-8f80-7000-92bb-75e7777632bb"}','91f75c6819eb215d993aad6c94173d5f');
CREATE TABLE stage_pointers (
	model_id VARCHAR(128) NOT NULL, 
	stage VARCHAR(16) NOT NULL, 
	version_id VARCHAR(200) NOT NULL, 
	event_id INTEGER NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (model_id, stage), 
	FOREIGN KEY(event_id) REFERENCES events (event_id), 
	FOREIGN KEY(model_id) REFERENCES models (model_id), 
	FOREIGN KEY(version_id) REFERENCES versions (version_id)
);
INSERT INTO "stage_pointers" VALUES('m','staging','019b76e1-10a0-7000-8f3a-ee96fa7ab0a2',13,'4e54c681e1a923945bd5436a6f27c119');
INSERT INTO "stage_pointers" VALUES('n','production','019b76fa-b320-7000-b0ea-1ddb7ae1cded',16,'29f37725443dde11cbce030556c56c12');
INSERT INTO "stage_pointers" VALUES('m','production','019b76ed-e1e0-7000-b97a-75346292435b',18,'ca4098c287acc1b2f4e0ed3d8a5a1f87');
INSERT INTO "stage_pointers" VALUES('m','canary','019b76f4-4a80-7000-84e7-8446d887e060',26,'1b2b397cd54bc660d61ee178e91cc8ae');
CREATE TABLE version_cards (
	version_id VARCHAR(200) NOT NULL, 
	card TEXT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (version_id)
);
INSERT INTO "version_cards" VALUES('019b76e1-10a0-7000-8f3a-ee96fa7ab0a2','# A card with ''quotes'' and ünï','6e78dc268610cf1ad0161d72af6ab730');
INSERT INTO "version_cards" VALUES('019b76da-a800-7000-9b31-29c7bf5dbfdd','---
tags:
- "modelkeep"
---

# guest 1.0.0

## What it is

Description: not stated.

|  |  |
| --- | --- |
| Version | 1.0.0 (019b76da-a800-7000-9b31-29c7bf5dbfdd) |
| Created | 2026-01-01T00:00:00+00:00 by ada |
| Format | json |
| Size | 7 bytes in 1 files |
| Licence | not stated |
| Task | not stated |
| Datasets | not stated |
| Tags | none |

## How to load it

```python
import modelkeep

mk = modelkeep.connect("model_versions")  # the folder of the registry
model = mk.versions.load_model("guest@1.0.0")
```

## Metrics

Metrics: not stated.

## Training configuration

Configuration: not stated.

## Dependencies

| Library | Version |
| --- | --- |
| python | 3.11.7 |

## Lineage

Parent: not stated.

## Files

| File | Bytes | SHA-256 |
| --- | --- | --- |
| model.json | 7 | 2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd |

## Intended use

Not stated.

## Limitations

Not stated.
','eedd6833c8d8c2ad2cbb08f73c0d2320');
INSERT INTO "version_cards" VALUES('019b76fa-b320-7000-b0ea-1ddb7ae1cded','---
tags:
- "modelkeep"
---

# n 1.0.0

## What it is

Description: not stated.

|  |  |
| --- | --- |
| Version | 1.0.0 (019b76fa-b320-7000-b0ea-1ddb7ae1cded) |
| Created | 2026-01-01T00:35:00+00:00 by ada |
| Format | json |
| Size | 7 bytes in 1 files |
| Licence | not stated |
| Task | not stated |
| Datasets | not stated |
| Tags | none |

## How to load it

```python
import modelkeep

mk = modelkeep.connect("model_versions")  # the folder of the registry
model = mk.versions.load_model("n@1.0.0")
```

## Metrics

Metrics: not stated.

## Training configuration

Configuration: not stated.

## Dependencies

| Library | Version |
| --- | --- |
| python | 3.11.7 |

## Lineage

Parent: not stated.

## Files

| File | Bytes | SHA-256 |
| --- | --- | --- |
| model.json | 7 | f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0 |

## Intended use

Not stated.

## Limitations

Not stated.
','cc80b3456a4c41cb16e37e51a058be6d');
CREATE TABLE version_files (
	version_id VARCHAR(200) NOT NULL, 
	path TEXT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	root_blake3 VARCHAR(64) NOT NULL, 
	PRIMARY KEY (version_id, path), 
	FOREIGN KEY(version_id) REFERENCES versions (version_id)
);
INSERT INTO "version_files" VALUES('019b76e1-10a0-7000-8f3a-ee96fa7ab0a2','model.json','f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0',7,'7c9dc47b3b7a928e86b42605f7de4f4d48ce4fcd8c52f9e691acd38c7ff00037');
INSERT INTO "version_files" VALUES('019b76ed-e1e0-7000-b97a-75346292435b','model.json','77a97c107ced9a7d5314e25ba69a32c015358cbaf17da3f598a0705b373cee78',2017,'570a7c7f45e116ece9c85d692b6a01d83ae4973bf237067e9b19a4a75a66f76b');
INSERT INTO "version_files" VALUES('019b76f4-4a80-7000-84e7-8446d887e060','model.json','47b34c15af8560711724039ae4009210db36bb62bdfccaff694ffd39a2b382c6',3017,'f214e79ad193865a36c9102897a28f60480daa5ef16651742ef5e10f5e74f8bf');
INSERT INTO "version_files" VALUES('019b76fa-b320-7000-b0ea-1ddb7ae1cded','model.json','f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0',7,'7c9dc47b3b7a928e86b42605f7de4f4d48ce4fcd8c52f9e691acd38c7ff00037');
INSERT INTO "version_files" VALUES('019b7701-1bc0-7000-9d0e-df805a868e63','model.json','2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd',7,'d88775a5e63750fdc32c2ffeb7d3b456e0ca8cb74a2b71fad447eb67e05d7d30');
INSERT INTO "version_files" VALUES('019b76da-a800-7000-9b31-29c7bf5dbfdd','model.json','2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd',7,'d88775a5e63750fdc32c2ffeb7d3b456e0ca8cb74a2b71fad447eb67e05d7d30');
CREATE TABLE version_loads (
	version_id VARCHAR(200) NOT NULL, 
	loads BIGINT NOT NULL, 
	last_loaded_at BIGINT NOT NULL, 
	PRIMARY KEY (version_id), 
	FOREIGN KEY(version_id) REFERENCES versions (version_id) ON DELETE CASCADE
);
INSERT INTO "version_loads" VALUES('019b76e1-10a0-7000-8f3a-ee96fa7ab0a2',3,1767231840000000);
INSERT INTO "version_loads" VALUES('019b76da-a800-7000-9b31-29c7bf5dbfdd',2,1767231840000000);
INSERT INTO "version_loads" VALUES('019b76ed-e1e0-7000-b97a-75346292435b',2,1767231840000000);
INSERT INTO "version_loads" VALUES('019b76f4-4a80-7000-84e7-8446d887e060',2,1767231840000000);
INSERT INTO "version_loads" VALUES('019b76fa-b320-7000-b0ea-1ddb7ae1cded',2,1767231840000000);
INSERT INTO "version_loads" VALUES('019b7701-1bc0-7000-9d0e-df805a868e63',2,1767231840000000);
CREATE TABLE version_metrics (
	version_id VARCHAR(200) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	model_id VARCHAR(128) NOT NULL, 
	ordinal BIGINT NOT NULL, 
	value FLOAT, 
	PRIMARY KEY (version_id, name), 
	FOREIGN KEY(version_id) REFERENCES versions (version_id)
);
INSERT INTO "version_metrics" VALUES('019b76e1-10a0-7000-8f3a-ee96fa7ab0a2','accuracy','m',1,0.1);
INSERT INTO "version_metrics" VALUES('019b76e1-10a0-7000-8f3a-ee96fa7ab0a2','loss','m',1,NULL);
INSERT INTO "version_metrics" VALUES('019b76e1-10a0-7000-8f3a-ee96fa7ab0a2','rows','m',1,1000000000.0);
CREATE TABLE version_signatures (
	version_id VARCHAR(200) NOT NULL, 
	envelope_sha256 VARCHAR(64) NOT NULL, 
	envelope TEXT NOT NULL, 
	signed_at BIGINT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (version_id, envelope_sha256)
);
INSERT INTO "version_signatures" VALUES('019b76e1-10a0-7000-8f3a-ee96fa7ab0a2','ca163a2dc0379e7064e047fd32eeaeab9f847a02ff945e47a5ac2a62a64b469d','{"payload":"eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsiY3JlYXRlZF9hdCI6IjIwMjYtMDEtMDFUMDA6MDc6MDBaIiwiY3JlYXRlZF9ieSI6ImFkYSIsImZvcm1hdCI6Impzb24iLCJtb2RlbF9pZCI6Im0iLCJvcmRpbmFsIjoxLCJwYXJlbnQiOm51bGwsInNpZ25lZF9hdCI6IjIwMjYtMDEtMDFUMDA6NDI6MDBaIiwidmVyc2lvbl9pZCI6IjAxOWI3NmUxLTEwYTAtNzAwMC04ZjNhLWVlOTZmYTdhYjBhMiIsInZlcnNpb25fbnVtYmVyIjoiMS4wLjAifSwicHJlZGljYXRlVHlwZSI6Imh0dHBzOi8vbW9kZWxrZWVwLmRldi9wcm92ZW5hbmNlL3YxIiwic3ViamVjdCI6W3siZGlnZXN0Ijp7InNoYTI1NiI6ImYzMDEzZjkzM2I5ZmI4MGFiNmQ5OTVlN2FkOWRhMzZmNjgzODM3YmExZDgxZTk1MGM5NDNkNDAxMTFlYWMyZjAifSwibmFtZSI6Im1vZGVsLmpzb24ifSx7ImRpZ2VzdCI6eyJzaGEyNTYiOiI5YzAzYWVhYzRhZmFkNDJkMTVlM2EwYjM4ZTEwMzNhNDBlYmVkY2JhNzZjMDgwZTJkZGZkOTEzMTk1YjJiMTNlIn0sIm5hbWUiOiIvbWFuaWZlc3QifV19","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":"e5ab40d5f2c2cc131a537332aca965dff4bb141c409756761af77613cfe525d4","sig":"WgQKQqnRuYqkMS+xQsUOuCuISPDFcqDVZgjcqMMNcjKMf0RSwbEjTVJtkfEqgNiYzLefkYZSorQ8dQgZYlfDBQ=="}]}',1767228120000000,'1791c61b3c477484b11941ac3643baf8');
CREATE TABLE version_tags (
	version_id VARCHAR(200) NOT NULL, 
	tag VARCHAR(128) NOT NULL, 
	model_id VARCHAR(128) NOT NULL, 
	ordinal BIGINT NOT NULL, 
	PRIMARY KEY (version_id, tag), 
	FOREIGN KEY(version_id) REFERENCES versions (version_id)
);
INSERT INTO "version_tags" VALUES('019b76e1-10a0-7000-8f3a-ee96fa7ab0a2','x','m',1);
INSERT INTO "version_tags" VALUES('019b76e1-10a0-7000-8f3a-ee96fa7ab0a2','ü','m',1);
CREATE TABLE versions (
	version_id VARCHAR(200) NOT NULL, 
	model_id VARCHAR(128) NOT NULL, 
	version_number VARCHAR(128) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	deployment_stage VARCHAR(16) NOT NULL, 
	model_path TEXT NOT NULL, 
	metadata_path TEXT NOT NULL, 
	checksum VARCHAR(64) NOT NULL, 
	created_at BIGINT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	created_by TEXT NOT NULL, 
	description TEXT NOT NULL, 
	tags TEXT NOT NULL, 
	metrics TEXT NOT NULL, 
	dependencies TEXT NOT NULL, 
	configuration TEXT NOT NULL, 
	deployment_config TEXT NOT NULL, 
	parent_version VARCHAR(200), 
	size_bytes BIGINT NOT NULL, 
	is_active BOOLEAN NOT NULL, 
	ordinal BIGINT NOT NULL, 
	format VARCHAR(64) NOT NULL, 
	document_blake3 VARCHAR(64) NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (version_id), 
	FOREIGN KEY(model_id) REFERENCES models (model_id), 
	UNIQUE (model_id, ordinal), 
	UNIQUE (model_id, version_number)
);
INSERT INTO "versions" VALUES('019b76e1-10a0-7000-8f3a-ee96fa7ab0a2','m','1.0.0','deployed','production','files/f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0','versions/m/019b76e1-10a0-7000-8f3a-ee96fa7ab0a2.json','f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0',1767226020000000,1767230220000000,'ada','zwölf
''','["x","ü"]','{"accuracy":0.1,"loss":"NaN","rows":1000000000.0}','{"python":"3.11.7"}','{"note":"ünï"}','{}',NULL,7,1,1,'json','ed840381bf35f5fda27abb48c2cf9a20724ae348308b4a365c9b8d790a025e39','21ecae53d8a6a7181caa4464f5729daa');
INSERT INTO "versions" VALUES('019b76ed-e1e0-7000-b97a-75346292435b','m','1.0.2','deployed','production','files/77a97c107ced9a7d5314e25ba69a32c015358cbaf17da3f598a0705b373cee78','versions/m/019b76ed-e1e0-7000-b97a-75346292435b.json','77a97c107ced9a7d5314e25ba69a32c015358cbaf17da3f598a0705b373cee78',1767226860000000,1767230220000000,'ada','','[]','{}','{"python":"3.11.7"}','{}','{"replicas":2}','019b76e1-10a0-7000-8f3a-ee96fa7ab0a2',2017,1,3,'json','5fed77c96c4182bc2303ec5fba95a091ca79c78c2c4fc5739f8523f2e6f8c316','bbcd8941a33920815d4573acf93bf89a');
INSERT INTO "versions" VALUES('019b76f4-4a80-7000-84e7-8446d887e060','m','1.0.3','deployed','canary','files/47b34c15af8560711724039ae4009210db36bb62bdfccaff694ffd39a2b382c6','versions/m/019b76f4-4a80-7000-84e7-8446d887e060.json','47b34c15af8560711724039ae4009210db36bb62bdfccaff694ffd39a2b382c6',1767227280000000,1767230640000000,'ada','','[]','{}','{"python":"3.11.7"}','{}','{}','019b76e1-10a0-7000-8f3a-ee96fa7ab0a2',3017,1,4,'json','f65044e08e2d642bbcf01221e2983b45799026af6799e33a64dadb27ceff63fa','69d28c2414376946b6fcbb81ce2ef994');
INSERT INTO "versions" VALUES('019b76f4-4a80-7001-8b06-7de305962d44','m','1.0.4','training','development','','versions/m/019b76f4-4a80-7001-8b06-7de305962d44.json','',1767227280000000,1767227280000000,'ada','','[]','{}','{"python":"3.11.7"}','{}','{}',NULL,0,0,5,'','31fa29ead925ff775171e046fe82a49c00b97fa5b82ea090a91d1b1febfa8345','58a817bfa36570f6fd3922c1606720af');
INSERT INTO "versions" VALUES('019b76fa-b320-7000-b0ea-1ddb7ae1cded','n','1.0.0','deployed','production','files/f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0','versions/n/019b76fa-b320-7000-b0ea-1ddb7ae1cded.json','f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0',1767227700000000,1767229800000000,'ada','','[]','{}','{"python":"3.11.7"}','{}','{}',NULL,7,1,1,'json','d471b7d1b01b465370bb90fc518de37caed7af08d5a008aef3ba9d79a6c4c2f2','6beb95604e5dbe30c4d4b3ec1a813b75');
INSERT INTO "versions" VALUES('019b7701-1bc0-7000-9d0e-df805a868e63','n','1.0.1','ready','development','files/2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd','versions/n/019b7701-1bc0-7000-9d0e-df805a868e63.json','2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd',1767228120000000,1767228120000000,'ada','','[]','{}','{"python":"3.11.7"}','{}','{}',NULL,7,0,2,'json','5f8f8426a9f010bf05643e5c12ca844d04b753a759f08c9c41fdb3b36d135a3e','a841c766d4271df5a54a15b080c5b592');
INSERT INTO "versions" VALUES('019b76da-a800-7000-9b31-29c7bf5dbfdd','guest','1.0.0','ready','development','files/2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd','versions/guest/019b76da-a800-7000-9b31-29c7bf5dbfdd.json','2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd',1767225600000000,1767225600000000,'ada','','[]','{}','{"python":"3.11.7"}','{}','{}',NULL,7,0,1,'json','9ce550c48205379a54ae47c8699022f71f32d1e6996e80787a8851bb3bcaf253','3afac91eb8f65db9fd63f8b5138f55b3');
CREATE INDEX events_by_kind ON events (kind, model_id, stage);
CREATE INDEX events_by_stage ON events (model_id, stage, event_id);
CREATE INDEX events_by_version ON events (version_id, event_id);
CREATE INDEX removed_by_number ON removed_versions (model_id, version_number);
CREATE INDEX versions_by_stage ON versions (model_id, deployment_stage, ordinal);
CREATE INDEX versions_by_status ON versions (model_id, status, ordinal);
CREATE INDEX versions_sizes ON versions (model_id, status, size_bytes);
CREATE INDEX pointers_by_version ON stage_pointers (version_id);
CREATE INDEX files_by_digest ON version_files (sha256);
CREATE INDEX files_by_root ON version_files (root_blake3);
CREATE INDEX files_by_size ON version_files (size_bytes, version_id);
CREATE INDEX packs_by_size ON packs (stored_bytes);
CREATE INDEX chunks_by_pack ON chunks (pack_blake3);
CREATE INDEX chunks_unneeded ON chunks (refs) WHERE refs = 0;
CREATE INDEX metrics_by_name ON version_metrics (model_id, name, ordinal, value);
CREATE INDEX tags_by_name ON version_tags (model_id, tag, ordinal);
CREATE INDEX rollouts_by_model ON rollouts (model_id, created_at);
CREATE INDEX experiments_by_model ON experiments (model_id, created_at);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('events',37);
COMMIT;
